"""What the new top level registers elsewhere is the surviving thing, after a second and a third time too."""
#==> before
import registry
def f():
    return "old"
class C:
    v = "old"
registry.by_name["f"] = f
registry.by_name["C"] = C
registry.keys[C] = "C"
registry.within.add(f)
#==> after
import registry
def f():
    return "new"
class C:
    v = "new"
registry.by_name["f"] = f
registry.by_name["C"] = C
registry.keys[C] = "C"
registry.within.add(f)
#==> use registry.py
by_name, keys, within = {}, {}, set()
#==> use
import registry
import m
from m import f, C

def check():
    assert registry.by_name == {"f": m.f, "C": m.C} and m.f is f and m.C is C and f() == "new"
    assert registry.keys == {m.C: "C"} and registry.within == {m.f}
