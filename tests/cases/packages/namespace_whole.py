"""A namespace package by its own name: all its loaded modules."""
#: reimport space
#==> before space/mod.py
def f():
    return "old"
#==> before space/deep/other.py
def g():
    return "old"
#==> after space/mod.py
def f():
    return "new"
#==> after space/deep/other.py
def g():
    return "new"
#==> use
import space.mod
import space.deep.other
from space.mod import f
from space.deep.other import g

def check():
    assert f() == g() == "new" and space.mod.f is f and space.deep.other.g is g
