"""Submodules imported lazily, inside functions and by __getattr__, before and after."""
#: reimport pkg
#==> before pkg/__init__.py
def one():
    from . import first
    return first.f()
def __getattr__(name):
    if name in ("second", "third"):
        import importlib
        return importlib.import_module("pkg." + name)
    raise AttributeError(name)
#==> before pkg/first.py
def f():
    return "old"
#==> before pkg/second.py
def f():
    return "old"
#==> before pkg/third.py
def f():
    return "old"
#==> after pkg/__init__.py
def one():
    from . import first
    return first.f()
def __getattr__(name):
    if name in ("second", "third"):
        import importlib
        return importlib.import_module("pkg." + name)
    raise AttributeError(name)
#==> after pkg/first.py
def f():
    return "new"
#==> after pkg/second.py
def f():
    return "new"
#==> after pkg/third.py
def f():
    return "new"
#==> use
import pkg

pkg.one()
f = pkg.second.f

def check():
    assert pkg.one() == f() == pkg.second.f() == pkg.third.f() == "new" and f is pkg.second.f
