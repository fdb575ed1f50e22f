"""A submodule that is gone from disk, and that the new source no longer imports, is gone."""
#: reimport pkg
#: without a: the old source brings it back
#==> before pkg/__init__.py
from . import sub
from .sub import g
def f():
    return "old"
#==> before pkg/sub.py
def g():
    return "old"
#==> after pkg/__init__.py
def f():
    return "new"
#==> gone pkg/sub.py
#==> use
import pkg
from pkg import f

def check():
    import sys
    assert f() == "new" and not hasattr(pkg, "g") and not hasattr(pkg, "sub")
    assert "pkg.sub" not in sys.modules
