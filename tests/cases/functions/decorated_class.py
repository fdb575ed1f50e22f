"""A class under decorators: one that adds to it, one that wraps it."""
#==> before
import deco
@deco.register
@deco.add_repr
class C:
    def v(self):
        return "old"
#==> after
import deco
@deco.register
@deco.add_repr
class C:
    def v(self):
        return "new"
#==> use deco.py
known = {}
def register(cls):
    known[cls.__name__] = cls
    return cls
def add_repr(cls):
    def __repr__(self):
        return "<%s %s>" % (cls.__name__, self.v())
    cls.__repr__ = __repr__
    return cls
#==> use
import deco
from m import C

c = C()

def check():
    import m
    assert C is m.C is deco.known["C"] and len(deco.known) == 1
    assert c.v() == "new" and repr(c) == "<C new>" and type(c) is m.C
