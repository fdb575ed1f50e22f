"""A parent that did `from .sub import *`: new names come, gone ones go, the rest follows."""
#: reimport pkg.sub
#==> before pkg/__init__.py
from .sub import *
own = "mine"
#==> before pkg/sub.py
__all__ = ["changed", "gone", "DATA"]
DATA = "old"
def changed():
    return "old"
def gone():
    return "old"
def _private():
    return "old"
#==> after pkg/sub.py
__all__ = ["changed", "added", "DATA", "MORE"]
DATA = "new"
MORE = "more"
def changed():
    return "new"
def added():
    return "new"
def _private():
    return "new"
#==> use
import pkg
import pkg.sub

def check():
    assert pkg.changed() == "new" and pkg.changed is pkg.sub.changed and pkg.added is pkg.sub.added
    assert not hasattr(pkg, "gone") and not hasattr(pkg, "_private")
    assert pkg.DATA == "new" and pkg.MORE == "more" and pkg.own == "mine"
