"""A module that does `from m import *` gets the names that are new to the export list."""
#==> before
__all__ = ["f"]
def f():
    return "old"
#==> after
__all__ = ["f", "added"]
def f():
    return "new"
def added():
    return "new"
#==> use holder.py
from m import *
mine = 1
#==> use
import holder

def check():
    import m
    assert holder.f is m.f and holder.added is m.added and holder.mine == 1
