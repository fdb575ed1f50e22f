"""A submodule that is new on disk is imported by the new source."""
#: reimport pkg
#==> before pkg/__init__.py
def f():
    return "old"
#==> after pkg/__init__.py
from . import added
from .added import g
def f():
    return "new " + g()
#==> after pkg/added.py
def g():
    return "added"
#==> use
import pkg
from pkg import f

def check():
    import sys
    assert f() == "new added" and sys.modules["pkg.added"] is pkg.added and pkg.g is pkg.added.g
