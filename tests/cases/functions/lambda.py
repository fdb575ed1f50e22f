"""Lambdas: bound to names, in containers of the module, as defaults, made by a function."""
#==> before
double = lambda x: ("old", x)
table = {"a": lambda: "old a", "b": lambda: "old b"}
both = [lambda: "old 0", lambda: "old 1"]
def make(n):
    return lambda: ("old", n)
#==> after
double = lambda x: ("new", x)
table = {"a": lambda: "new a", "b": lambda: "new b"}
both = [lambda: "new 0", lambda: "new 1"]
def make(n):
    return lambda: ("new", n)
#==> use
import m
from m import double

made = m.make(3)

def check():
    assert double(1) == ("new", 1) and double is m.double
    assert m.table["a"]() == "new a" and m.table["b"]() == "new b"
    assert [f() for f in m.both] == ["new 0", "new 1"]
    assert made() == ("new", 3)
