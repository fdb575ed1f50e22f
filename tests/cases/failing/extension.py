"""An extension module among the names: ValueError, and the others are not touched."""
#: reimport m math
#: fails ValueError
#==> before
import math
def f():
    return "old"
#==> after
import math
def f():
    return "new"
#==> use
from m import f

def check():
    assert f() == "old"
