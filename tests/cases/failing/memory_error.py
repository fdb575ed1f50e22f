"""MemoryError out of the top level."""
#: fails MemoryError
#==> before
def f():
    return "old"
#==> after
def f():
    return "new"
x = bytearray(1 << 60)
#==> use
from m import f

def check():
    assert f() == "old"
