"""A module turns into a package."""
#: without a: it is about the one direction
#==> before
def f():
    return "old"
class C:
    v = "old"
#==> gone m.py
#==> after m/__init__.py
from .inner import f, C
#==> after m/inner.py
def f():
    return "new"
class C:
    v = "new"
#==> use
import m
from m import f, C

c = C()

def check():
    import sys
    assert f() == "new" and f is m.f and C is m.C and c.v == "new" and type(c) is m.C
    assert m.inner.f is m.f and sys.modules["m"] is m and m.__path__
