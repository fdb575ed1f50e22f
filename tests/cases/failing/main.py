"""A failing __main__."""
#: reimport __main__
#: main app.py
#: fails RuntimeError
#==> before app.py
def f():
    return "old"
#==> after app.py
def f():
    return "new"
raise RuntimeError
#==> use
import sys
import __main__
from __main__ import f

def check():
    assert f() == "old" and __main__.f is f and sys.modules["__main__"] is __main__
