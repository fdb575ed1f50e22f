"""Held as keys of dicts: a look-up with the module's own finds it, in its place."""
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

held = {"first": 0, m.f: 1, m.C: 2, "last": 3}

def check():
    assert held[m.f] == 1 and held[m.C] == 2
    assert [k() if callable(k) and k is m.f else k for k in held] == ["first", "new", m.C, "last"]
    assert list(held)[2].v == "new"
    assert len(held) == 4
