"""The new top level takes things from modules that are not reimported, the old module's among them."""
#==> before
import other
def f():
    return "old"
other.saved = other.saved or f
taken = other.saved
#==> after
import other
def f():
    return "new"
other.saved = other.saved or f
taken = other.saved
#==> use other.py
saved = None
#==> use
import other
import m

def check():
    assert m.taken is m.f is other.saved and m.taken() == "new"
