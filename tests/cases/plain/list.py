"""Held in lists: plain, nested, several times, in a recursive one."""
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

held = [m.f, [m.C, [m.f]], m.f]
held.append(held)

def check():
    assert held[0] is held[2] is held[1][1][0] is m.f and held[1][0] is m.C
    assert held[0]() == "new" and held[1][0].v == "new"
    assert held[3] is held and len(held) == 4
    assert held.count(m.f) == 2 and m.C in held[1]
