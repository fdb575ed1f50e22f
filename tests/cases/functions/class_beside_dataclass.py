"""A class turned into a function beside a dataclass and a class that is registered elsewhere."""
#==> before
import dataclasses
import plugins
@dataclasses.dataclass
class D:
    a: int = 1
class Registered(plugins.Plugin):
    pass
class X:
    v = "old"
    def m(self):
        return "old"
#==> after
import dataclasses
import plugins
@dataclasses.dataclass
class D:
    a: int = 2
class Registered(plugins.Plugin):
    of = 1
def X():
    return "new"
#==> use plugins.py
class Plugin:
    known = []
    def __init_subclass__(cls):
        Plugin.known.append(cls)
#==> use
import m
import plugins
from m import X, D

held = [X, D]

def check():
    assert X is m.X is held[0] and X() == "new"
    assert D is m.D is held[1] and D().a == 2 and D(2) == D()
    assert plugins.Plugin.known == [m.Registered] and m.Registered.of == 1
