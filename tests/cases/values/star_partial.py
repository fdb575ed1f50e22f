"""`import *` where some exports have another meaning since, and no `__all__`."""
#==> before
LIMIT = 10
_PRIVATE = 1
def taken():
    return "old"
def changed():
    return "old"
class Gone:
    pass
#==> after
LIMIT = 20
EXTRA = "new"
_PRIVATE = 2
_MORE = 3
def taken():
    return "new"
def changed():
    return "new"
#==> use holder.py
from m import *
def taken():
    return "mine"
_PRIVATE = "mine"
#==> use
import holder

def check():
    assert holder.LIMIT == 20 and holder.EXTRA == "new"
    assert holder.taken() == "mine" and holder.changed() == "new"
    assert holder._PRIVATE == "mine" and not hasattr(holder, "_MORE")
    assert not hasattr(holder, "Gone")
