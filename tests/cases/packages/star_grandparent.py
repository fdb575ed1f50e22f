"""`import *` over two levels, without __all__."""
#: reimport top.mid.sub
#==> before top/__init__.py
from .mid import *
#==> before top/mid/__init__.py
from .sub import *
#==> before top/mid/sub.py
def f():
    return "old"
def gone():
    pass
_hidden = 1
#==> after top/mid/sub.py
def f():
    return "new"
def added():
    return "new"
_hidden = 2
#==> use
import top
import top.mid.sub

def check():
    for p in top, top.mid:
        assert p.f is top.mid.sub.f and p.f() == "new" and p.added is top.mid.sub.added
        assert not hasattr(p, "gone") and not hasattr(p, "_hidden")
