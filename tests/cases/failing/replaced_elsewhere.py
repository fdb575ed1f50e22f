"""What it put in the place of its old things in other modules' containers: the old ones are back."""
#: fails RuntimeError
#==> before
import registry
def f():
    return "old"
class C:
    v = "old"
registry.named["f"] = f
registry.named["C"] = C
registry.attribute = f
#==> after
import registry
def f():
    return "new"
class C:
    v = "new"
registry.named["f"] = f
registry.named["C"] = C
registry.attribute = f
raise RuntimeError
#==> use registry.py
named = {}
#==> use
import registry
import m

def check():
    assert registry.named == {"f": m.f, "C": m.C} and registry.attribute is m.f and m.f() == "old"
