"""__init_subclass__ elsewhere: one entry for each class, after any number of reimports."""
#==> before
from plugins import Plugin
class A(Plugin, name="a"):
    def v(self):
        return "old"
#==> after
from plugins import Plugin
class A(Plugin, name="a"):
    def v(self):
        return "new"
class B(A, name="b"):
    pass
#==> use plugins.py
class Plugin:
    known = {}
    listed = []
    def __init_subclass__(cls, name, **kw):
        super().__init_subclass__(**kw)
        Plugin.known[name] = cls
        Plugin.listed.append(cls)
#==> use
import m
from plugins import Plugin

def check():
    assert Plugin.known == {"a": m.A, "b": m.B} and Plugin.known["b"]().v() == "new"
    assert set(Plugin.listed) == {m.A, m.B} and len(Plugin.listed) == 2, Plugin.listed
