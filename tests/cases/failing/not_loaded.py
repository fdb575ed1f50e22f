"""One of the names is not loaded: ValueError, and the others are not touched."""
#: reimport m no_such_module
#: fails ValueError
#==> before
def f():
    return "old"
#==> after
def f():
    return "new"
#==> use
from m import f

def check():
    assert f() == "old"
