"""KeyboardInterrupt out of the top level."""
#: fails KeyboardInterrupt
#==> before
def f():
    return "old"
#==> after
def f():
    return "new"
raise KeyboardInterrupt
#==> use
from m import f

def check():
    assert f() == "old"
