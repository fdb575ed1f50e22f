"""Relative imports of every kind."""
#: reimport pkg.sub.mod
#: without u: a module outside of the set that the new source is the first to import stays loaded
#==> before pkg/__init__.py
where = "pkg"
#==> before pkg/util.py
def u():
    return "util"
#==> before pkg/sub/__init__.py
where = "sub"
#==> before pkg/sub/mod.py
from .. import util
from ..util import u
from . import where
def f():
    return "old", u(), where, util.u()
#==> after pkg/sub/mod.py
from .. import util, where as top
from ..util import u
from . import where
from .added import extra
def f():
    return "new", u(), where, util.u(), top, extra()
#==> after pkg/sub/added.py
def extra():
    return "extra"
#==> use
from pkg.sub.mod import f

def check():
    import pkg
    assert f() == ("new", "util", "sub", "util", "pkg", "extra") and f is pkg.sub.mod.f
    assert pkg.sub.added.extra() == "extra"
