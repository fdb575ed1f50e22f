"""One thing under two names becomes two."""
#==> before
def a():
    return "old"
b = a
class A:
    v = "old"
B = A
#==> after
def a():
    return "a"
def b():
    return "b"
class A:
    v = "A"
class B:
    v = "B"
#==> use
import m

held = {"a": m.a, "A": m.A}
from m import a, b, A, B

def check():
    assert (m.a(), m.b(), m.A.v, m.B.v) == ("a", "b", "A", "B")
    assert a is m.a and A is m.A and held == {"a": m.a, "A": m.A}
    assert b is m.b and B is m.B and b() == "b" and B.v == "B"
