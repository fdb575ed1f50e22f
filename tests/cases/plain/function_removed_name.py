"""A name that the new source does not define is gone from the module."""
#==> before
LEFTOVER = 1
def kept():
    return "old"
def removed():
    pass
class Removed:
    pass
#==> after
def kept():
    return "new"
#==> use
import m

def check():
    assert m.kept() == "new"
    for name in ("removed", "Removed", "LEFTOVER"):
        assert not hasattr(m, name), name
