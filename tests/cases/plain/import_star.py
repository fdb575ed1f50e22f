"""`from m import *` in another module follows: changed and removed names."""
#==> before
__all__ = ["changed", "removed"]
def changed():
    return "old"
def removed():
    return "old"
#==> after
__all__ = ["changed"]
def changed():
    return "new"
#==> use holder.py
from m import *
mine = 1
#==> use
import holder

def check():
    import m
    assert holder.changed() == "new" and holder.changed is m.changed
    assert not hasattr(holder, "removed")
    assert holder.mine == 1
