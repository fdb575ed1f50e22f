"""A plugin loaded with a path that was there for a moment; another file of its name has come on the path."""
#: reimport plugin
#==> before plugins/plugin.py
def f():
    return "old"
#==> after plugins/plugin.py
def f():
    return "new"
#==> after plugin.py
def other():
    return "not this one"
#==> use
import os
import sys

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "plugins")
sys.path.insert(0, HERE)
import plugin
sys.path.remove(HERE)
from plugin import f

def check():
    assert f() == "new" and f is plugin.f and not hasattr(plugin, "other")
    assert plugin.__file__ == os.path.join(HERE, "plugin.py")
