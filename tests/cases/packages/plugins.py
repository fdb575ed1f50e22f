"""Modules that the program loaded from a file, under a name by which the import system does not find them."""
#: reimport p __config__ ghost.plug once
#==> before p/__init__.py
#==> before p/a.py
x = "old"
#==> before plug/x.py
def f():
    return "old"
class C:
    def g(self):
        return "old"
def removed():
    return "old"
#==> before plug/once.py
def f():
    return "old"
#==> before server.conf.py
workers = 1
def hook():
    return "old"
#==> before plug/pack/__init__.py
from . import inner
def f():
    return inner.f()
#==> before plug/pack/inner.py
def f():
    return "old"
#==> after p/__init__.py
#==> after p/a.py
from . import plug
x = plug.f()
#==> after plug/x.py
def f():
    return "new"
class C:
    def g(self):
        return "new"
#==> after plug/once.py
def f():
    return "new"
#==> after server.conf.py
workers = 2
def hook():
    return "new"
#==> after plug/pack/__init__.py
from . import inner
def f():
    return inner.f()
#==> after plug/pack/inner.py
def f():
    return "new"
#==> use user.py
from p.plug import f, C
#==> use
import importlib.util
import os
import sys
import types

HERE = os.path.dirname(os.path.abspath(__file__))

def load(name, *path):
    spec = importlib.util.spec_from_file_location(name, os.path.join(HERE, *path))
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

import p
p.plug = load("p.plug", "plug", "x.py")
load("p.bare", "plug", "x.py")
pack = load("p.pack", "plug", "pack", "__init__.py")
memory = sys.modules["p.memory"] = p.memory = types.ModuleType("p.memory")
memory.__file__ = os.path.join(HERE, "p", "nowhere.py")
memory.f = lambda: "memory"
import p.a
config = load("__config__", "server.conf.py")
ghost = load("ghost.plug", "plug", "x.py")
sys.path.insert(0, os.path.join(HERE, "plug"))
import once
sys.path.remove(os.path.join(HERE, "plug"))
import user

held = {"f": p.plug.f, "C": p.plug.C, "config": config.hook, "once": once.f, "ghost": ghost.f, "bare": sys.modules["p.bare"].f, "pack": pack.f}
hooks = [p.plug.f]
made = p.plug.C()

def check():
    for name in ("f", "config", "once", "ghost", "bare", "pack"):
        assert held[name]() == "new", name
    assert hooks == [p.plug.f] == [user.f] == [held["f"]] and user.C is p.plug.C is type(made) and made.g() == "new"
    assert sys.modules["p.plug"] is p.plug and sys.modules["__config__"] is config and config.workers == 2
    assert sys.modules["ghost.plug"] is ghost and sys.modules["once"] is once and not hasattr(p, "bare")
    assert p.plug.__spec__.name == "p.plug" and ghost.__name__ == "ghost.plug"
    assert sys.modules["p.memory"] is memory is p.memory and memory.f() == "memory"
    assert p.a.x == "new" and not hasattr(p.plug, "removed") and pack.__path__ == [os.path.join(HERE, "plug", "pack")]
    assert sys.modules["p.pack.inner"] is pack.inner
