"""A function becomes an instance with __call__, a constant, a partial, and back."""
#==> before
import functools
class Call:
    def __init__(self, v):
        self.v = v
    def __call__(self):
        return self.v
def a():
    return "old"
def b():
    return "old"
c = Call("old")
def base(x):
    return x
d = functools.partial(base, "old")
#==> after
import functools
class Call:
    def __init__(self, v):
        self.v = v
    def __call__(self):
        return self.v
a = Call("new")
def base(x):
    return x
b = functools.partial(base, "new")
def c():
    return "new"
def d():
    return "new"
#==> use
import m
from m import a, b, c, d

held = [a, b]

def check():
    assert (a(), b(), c(), d()) == ("new",) * 4
    assert [a, b, c, d] == [m.a, m.b, m.c, m.d]
    assert held[0]() == held[1]() == "new"
