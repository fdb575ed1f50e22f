"""Circular imports inside the set, by module and by name."""
#: reimport pkg
#==> before pkg/__init__.py
from . import a
#==> before pkg/a.py
from . import b
class A:
    def other(self):
        return b.B()
def f():
    return "old"
from .b import g
#==> before pkg/b.py
from . import a
class B:
    def other(self):
        return a.A()
def g():
    return "old " + a.f()
#==> after pkg/__init__.py
from . import a
#==> after pkg/a.py
from . import b
class A:
    v = "new"
    def other(self):
        return b.B()
def f():
    return "new"
from .b import g
#==> after pkg/b.py
from . import a
class B:
    v = "new"
    def other(self):
        return a.A()
def g():
    return "new " + a.f()
#==> use
import pkg
from pkg.a import A

one = A()
other = one.other()

def check():
    assert pkg.a.g() == "new new" and pkg.a.g is pkg.b.g
    assert one.v == other.v == "new" and type(other) is pkg.b.B and type(other.other()) is A
    assert pkg.a.b is pkg.b and pkg.b.a is pkg.a
