"""Recursion without end in the top level."""
#: fails RecursionError
#==> before
def f():
    return "old"
#==> after
def f():
    return f()
f()
#==> use
from m import f

def check():
    assert f() == "old"
