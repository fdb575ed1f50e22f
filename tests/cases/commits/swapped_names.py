"""Two functions and two classes exchange their names."""
#==> before
def a():
    return "was a"
def b():
    return "was b"
class A:
    v = "was A"
class B:
    v = "was B"
#==> after
def b():
    return "b now"
def a():
    return "a now"
class B:
    v = "B now"
class A:
    v = "A now"
#==> use
import m
from m import a, b, A, B

def check():
    assert (a(), b(), A.v, B.v) == ("a now", "b now", "A now", "B now")
    assert (a, b, A, B) == (m.a, m.b, m.A, m.B)
