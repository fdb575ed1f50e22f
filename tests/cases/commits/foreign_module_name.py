"""Classes and functions that claim to be of the reimported module, but another module made them."""
#==> before
def f():
    return "old"
#==> after
def f():
    return "new"
#==> use pretender.py
def keep_me():
    return "kept"
keep_me.__module__ = "m"
class Kept:
    __module__ = "m"
    v = "kept"
listed = [keep_me, Kept]
#==> use
import pretender
import m

def check():
    assert m.f() == "new"
    assert pretender.keep_me() == "kept" and pretender.Kept.v == "kept" and len(pretender.listed) == 2
