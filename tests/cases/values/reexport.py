"""A package re-exports what it imports, by name and with `*`; who imports from the package follows."""
#: reimport pkg.part pkg.more
#==> before pkg/part.py
__all__ = ["LIMIT", "changed", "removed", "TURNS"]
LIMIT = 10
TURNS = None
def changed():
    return "old"
def removed():
    return "old"
#==> before pkg/more.py
DEPTH = [1]
HIDDEN = "old"
#==> after pkg/part.py
__all__ = ["LIMIT", "changed", "added", "TURNS"]
LIMIT = 20
def TURNS():
    return "new"
def changed():
    return "new"
def added():
    return "new"
#==> after pkg/more.py
DEPTH = [2]
HIDDEN = "new"
#==> use pkg/__init__.py
from .part import *
from .more import DEPTH
from . import more as _more
HIDDEN = _more.HIDDEN
#==> use far.py
from pkg import *
#==> use near.py
from pkg import LIMIT as BOUND, DEPTH, HIDDEN
#==> use
import pkg
import far
import near

def check():
    import pkg.part
    assert pkg.LIMIT == far.LIMIT == near.BOUND == 20
    assert pkg.DEPTH is far.DEPTH is near.DEPTH is pkg.more.DEPTH and near.DEPTH == [2]
    assert pkg.HIDDEN == near.HIDDEN == far.HIDDEN == "new"
    assert pkg.changed() == far.changed() == "new"
    assert pkg.added is pkg.part.added and far.added is pkg.added
    assert not hasattr(pkg, "removed") and not hasattr(far, "removed")
    assert pkg.TURNS() == "new" and far.TURNS is pkg.TURNS is pkg.part.TURNS
