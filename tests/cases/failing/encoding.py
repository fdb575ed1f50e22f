"""A source in an encoding that is not known."""
#: fails SyntaxError
#==> before
def f():
    return "old"
#==> after
# -*- coding: no-such-encoding -*-
def f():
    return "new"
#==> use
from m import f

def check():
    assert f() == "old"
