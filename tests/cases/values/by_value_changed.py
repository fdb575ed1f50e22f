"""A name imported by value that the module has bound to something else since stays."""
#==> before
LIMIT = 10
LIST = ["old"]
def f():
    return "old"
#==> after
LIMIT = 20
LIST = ["new"]
def f():
    return "new"
#==> use holder.py
from m import LIMIT, LIST, f
LIMIT = 11
LIST = LIST + ["mine"]
#==> use
import holder

def check():
    assert holder.LIMIT == 11
    assert holder.LIST[-1] == "mine"
    assert holder.f() == "new"
