"""The first module is imported, the second fails."""
#: reimport m other
#: fails LookupError
#==> before
def f():
    return "old"
#==> before other.py
def g():
    return "old"
#==> after
def f():
    return "new"
#==> after other.py
def g():
    return "new"
raise LookupError
#==> use
import m, other
f, g = m.f, other.g

def check():
    assert f() == g() == "old" and m.f is f and other.g is g
