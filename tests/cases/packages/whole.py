"""A package means itself and all its loaded submodules."""
#: reimport pkg
#==> before pkg/__init__.py
from .a import f
from . import b
def top():
    return "old " + f() + b.g()
#==> before pkg/a.py
def f():
    return "old"
#==> before pkg/b.py
from .a import f
from .deep.c import h
def g():
    return "old " + f() + h()
#==> before pkg/deep/__init__.py
v = "old"
#==> before pkg/deep/c.py
from ..a import f
from . import v
def h():
    return "old " + v + f()
#==> after pkg/__init__.py
from .a import f
from . import b
def top():
    return "new " + f() + b.g()
#==> after pkg/a.py
def f():
    return "new"
#==> after pkg/b.py
from .a import f
from .deep.c import h
def g():
    return "new " + f() + h()
#==> after pkg/deep/__init__.py
v = "new"
#==> after pkg/deep/c.py
from ..a import f
from . import v
def h():
    return "new " + v + f()
#==> use
import pkg
from pkg import top
from pkg.deep import c as deep_c
from pkg.deep.c import h

def check():
    import sys
    assert top() == "new newnew newnew newnew" and h() == "new newnew"
    assert pkg.deep.c is deep_c is sys.modules["pkg.deep.c"] and deep_c.h is h
    assert pkg.a.f is pkg.b.f is deep_c.f is pkg.f
    assert pkg.deep.v == deep_c.v == "new"

def report(r):
    names = [x["name"] for x in r["modules"]]
    assert sorted(names) == ["pkg", "pkg.a", "pkg.b", "pkg.deep", "pkg.deep.c"], names
    assert [n.count(".") for n in names] == [0, 1, 1, 1, 2], names
