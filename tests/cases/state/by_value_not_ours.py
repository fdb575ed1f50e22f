"""A module that happens to have an equal value under that name, and never imported it, keeps it."""
#==> before
LIMIT = 1000
def f():
    return "old"
#==> after
LIMIT = 2000
def f():
    return "new"
#==> use stranger.py
LIMIT = int("1000")
NAME = "not imported"
#==> use
import stranger
import m

def check():
    assert m.f() == "new" and m.LIMIT == 2000 and stranger.LIMIT == 1000
