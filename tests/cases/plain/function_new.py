"""A function that is new to the module is there, and old ones call it."""
#==> before
def outer():
    return "old"
#==> after
def helper():
    return "helped"

def outer():
    return "new " + helper()
#==> use
from m import outer

def check():
    import m
    assert outer() == "new helped"
    assert m.helper.__globals__ is vars(m)
