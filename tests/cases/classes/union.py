"""Unions written with |."""
#: python 3.10
#==> before
class A:
    v = "old"
class B:
    pass
Both = A | B
def takes(x: A | None):
    return isinstance(x, A | int)
#==> after
class A:
    v = "new"
class B:
    v = "new"
Both = A | B | int
def takes(x: A | None):
    return isinstance(x, A | str)
#==> use
import m

mine = m.A | None
a = m.A()

def check():
    assert m.takes(a) and m.takes("") and not m.takes(1)
    assert isinstance(a, mine) and mine == m.A | None and m.A in mine.__args__
    assert isinstance(1, m.Both) and mine.__args__[0].v == "new"
