"""partial objects of the module, held elsewhere."""
#==> before
import functools
def base(x, y, z=0):
    return "old", x, y, z
add = functools.partial(base, 1, z=2)
#==> after
import functools
def base(x, y, z=0):
    return "new", x, y, z
add = functools.partial(base, 10, z=20)
#==> use
from m import add

held = [add]

def check():
    import m
    assert add(5) == ("new", 10, 5, 20)
    assert add is m.add and held[0] is m.add
