"""A module and a package in an archive, that is replaced."""
#: reimport m pkg
#: zip lib.zip
#==> before
def f():
    return "old"
#==> before pkg/__init__.py
from .sub import g
#==> before pkg/sub.py
def g():
    return "old"
#==> after
def f():
    return "new, and longer than the old one, so that every offset in the archive is another"
#==> after pkg/__init__.py
from .sub import g
#==> after pkg/sub.py
def g():
    return "new"
#==> use
import m, pkg
from m import f
from pkg import g

def check():
    assert f().startswith("new") and f is m.f and g() == "new" and g is pkg.sub.g
