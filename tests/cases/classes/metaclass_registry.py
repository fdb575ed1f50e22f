"""A metaclass elsewhere that registers every class: one entry, the class itself, after any number."""
#==> before
from plugins import Plugin
class A(Plugin):
    def v(self):
        return "old"
#==> after
from plugins import Plugin
class A(Plugin):
    def v(self):
        return "new"
class B(Plugin):
    def v(self):
        return "new"
#==> use plugins.py
listed, named, by_class = [], {}, {}
class Meta(type):
    def __init__(cls, name, bases, ns):
        super().__init__(name, bases, ns)
        if bases:
            listed.append(cls)
            named[name] = cls
            by_class[cls] = name
class Plugin(metaclass=Meta):
    pass
#==> use
import m
import plugins

def check():
    assert plugins.named == {"A": m.A, "B": m.B} and plugins.named["A"]().v() == "new"
    assert plugins.by_class == {m.A: "A", m.B: "B"}
    assert set(plugins.listed) == {m.A, m.B} and len(plugins.listed) == 2, plugins.listed
    assert set(plugins.Plugin.__subclasses__()) == {m.A, m.B}
