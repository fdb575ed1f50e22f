"""A submodule alone; the package re-exports from it."""
#: reimport pkg.sub
#==> before pkg/__init__.py
from .sub import f, C
from . import sub
state = []
#==> before pkg/sub.py
def f():
    return "old"
class C:
    v = "old"
#==> after pkg/sub.py
def f():
    return "new"
class C:
    v = "new"
#==> use
import pkg
import pkg.sub
from pkg import f, C

pkg.state.append(1)

def check():
    assert pkg.f() == "new" and pkg.f is pkg.sub.f is f and C is pkg.C is pkg.sub.C and C.v == "new"
    assert pkg.state == [1] and pkg.sub.__package__ == "pkg"
