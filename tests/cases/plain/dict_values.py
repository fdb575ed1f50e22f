"""Held as values of dicts, in their order."""
#==> before
def f():
    return "old"
class C:
    v = "old"
#==> after
def f():
    return "new"
class C:
    v = "new"
#==> use
import m

held = {"a": 1, "f": m.f, "in": {"c": m.C}, "z": 2}

def check():
    assert held["f"] is m.f and held["f"]() == "new"
    assert held["in"]["c"] is m.C and held["in"]["c"].v == "new"
    assert list(held) == ["a", "f", "in", "z"]
