"""A module of a namespace package, and the namespace package itself."""
#: reimport space.mod
#==> before space/mod.py
def f():
    return "old"
#==> before space/other.py
v = 1
#==> after space/mod.py
def f():
    return "new"
#==> use
import space.mod
import space.other
from space.mod import f

held = space

def check():
    import sys
    assert f() == "new" and space.mod.f is f and held is sys.modules["space"] and space.other.v == 1
