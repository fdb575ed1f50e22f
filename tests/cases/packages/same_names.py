"""Two modules with things of the same name: each goes to its own."""
#: reimport pkg
#==> before pkg/__init__.py
from . import a, b
#==> before pkg/a.py
def f():
    return "old a"
class C:
    def v(self):
        return "old a"
#==> before pkg/b.py
from .a import C as Base
def f():
    return "old b"
class C(Base):
    def v(self):
        return "old b " + super().v()
#==> after pkg/__init__.py
from . import a, b
#==> after pkg/a.py
def f():
    return "new a"
class C:
    def v(self):
        return "new a"
#==> after pkg/b.py
from .a import C as Base
def f():
    return "new b"
class C(Base):
    def v(self):
        return "new b " + super().v()
#==> use
import pkg
from pkg.a import f as fa, C as Ca
from pkg.b import f as fb, C as Cb

ca, cb = Ca(), Cb()

def check():
    assert fa() == "new a" and fb() == "new b" and ca.v() == "new a" and cb.v() == "new b new a"
    assert (fa, fb, Ca, Cb) == (pkg.a.f, pkg.b.f, pkg.a.C, pkg.b.C) and Cb.__bases__ == (Ca,)
