"""A function and a class move from one module of the package to another, which still exports them."""
#: reimport pkg
#==> before pkg/__init__.py
from .a import f, C
#==> before pkg/a.py
def f():
    return "old"
class C:
    def v(self):
        return "old"
#==> before pkg/b.py
pass
#==> after pkg/__init__.py
from .a import f, C
#==> after pkg/a.py
from .b import f, C
#==> after pkg/b.py
def f():
    return "new"
class C:
    def v(self):
        return "new"
#==> use
import pkg.b
from pkg import f, C

c = C()

def check():
    assert f() == "new" and f is pkg.f is pkg.a.f is pkg.b.f
    assert C is pkg.C is pkg.a.C is pkg.b.C and C().v() == "new"
    assert c.v() == "new" and type(c) is pkg.C
