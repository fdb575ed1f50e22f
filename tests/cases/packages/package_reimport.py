"""__package_reimport__: one of its modules stands for the whole package."""
#: reimport pkg.a
#==> before pkg/__init__.py
__package_reimport__ = True
from . import a, b
runs = []
#==> before pkg/a.py
def f():
    return "old"
#==> before pkg/b.py
def g():
    return "old"
#==> after pkg/__init__.py
__package_reimport__ = True
from . import a, b
runs = []
#==> after pkg/a.py
def f():
    return "new"
#==> after pkg/b.py
def g():
    return "new"
#==> use
import pkg

pkg.runs.append(1)
f, g = pkg.a.f, pkg.b.g

def check():
    assert f() == g() == "new" and f is pkg.a.f and g is pkg.b.g
    assert pkg.runs == [] or f.__module__ == "pkg.a"

def report(r):
    assert {x["name"] for x in r["modules"]} == {"pkg", "pkg.a", "pkg.b"}, r["modules"]
