"""A foreign __init_subclass__ that refuses the new class."""
#: fails TypeError
#==> before
from plugins import Plugin
class A(Plugin):
    name = "a"
def f():
    return "old"
#==> after
from plugins import Plugin
def f():
    return "new"
class A(Plugin):
    pass
#==> use plugins.py
class Plugin:
    def __init_subclass__(cls):
        if "name" not in vars(cls):
            raise TypeError("no name")
#==> use
import plugins
import m
a = m.A()

def check():
    assert m.f() == "old" and a.name == "a" and plugins.Plugin.__subclasses__() == [m.A]
