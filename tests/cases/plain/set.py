"""Held in sets and frozensets."""
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

held = {m.f, m.C, 1}
frozen = frozenset([m.f, "x"])
nested = {frozen: "found"}

def check():
    assert m.f in held and m.C in held and m.f in frozen and len(held) == 3
    assert {x for x in held if callable(x)} == {m.f, m.C}
    assert nested[frozenset([m.f, "x"])] == "found"
    assert [x() for x in frozen if x != "x"] == ["new"]
