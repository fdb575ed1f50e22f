"""Held in tuples: nested, as keys, in sets."""
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

held = (m.f, (m.C, 1), "x")
keys = {(m.f, 1): "a", (m.C, (m.f,)): "b"}
in_set = {(m.C, "k")}

def check():
    assert held[0] is m.f and held[1][0] is m.C and held[0]() == "new" and held[1][0].v == "new"
    assert keys[(m.f, 1)] == "a" and keys[(m.C, (m.f,))] == "b"
    assert (m.C, "k") in in_set
