"""What the failing top level put into containers of other modules is out of them again."""
#: fails RuntimeError
#==> before
def f():
    return "old"
class C:
    v = "old"
#==> after
import registry
def f():
    return "new"
class C:
    v = "new"
registry.listed.append(f)
registry.within.add(C)
registry.named["new"] = f
registry.keys[C] = 1
registry.Holder.attribute = C
registry.attribute = f
registry.nested["deep"].append({"C": C})
raise RuntimeError
#==> use registry.py
listed, within, named, keys = [1], {2}, {"three": 3}, {4: 5}
nested = {"deep": []}
class Holder:
    pass
#==> use
import registry
import m

def check():
    assert registry.listed == [1] and registry.within == {2} and registry.named == {"three": 3}
    assert registry.keys == {4: 5} and not hasattr(registry.Holder, "attribute")
    assert not hasattr(registry, "attribute") and registry.nested == {"deep": []}
