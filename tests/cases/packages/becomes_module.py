"""A package turns into a module."""
#: without a: it is about the one direction
#==> before m/__init__.py
from .inner import f
#==> before m/inner.py
def f():
    return "old"
#==> gone m/inner.py
#==> gone m/__init__.py
#==> after
def f():
    return "new"
#==> use
import m
from m import f

def check():
    assert f() == "new" and f is m.f
    assert not hasattr(m, "inner")
    assert not hasattr(m, "__path__"), m.__path__
