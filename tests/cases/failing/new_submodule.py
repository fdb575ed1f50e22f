"""The new source imports new submodules and then fails: parents' attributes are as before."""
#: reimport pkg
#: fails ValueError
#==> before pkg/__init__.py
from . import a
#==> before pkg/a.py
def f():
    return "old"
#==> after pkg/__init__.py
from . import a
from . import b
raise ValueError("late")
#==> after pkg/a.py
def f():
    return "new"
#==> after pkg/b.py
def g():
    return "new"
#==> use
import sys
import pkg

def check():
    assert pkg.a.f() == "old" and not hasattr(pkg, "b") and "pkg.b" not in sys.modules
    assert sys.modules["pkg.a"] is pkg.a
