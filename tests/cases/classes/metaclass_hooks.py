"""A metaclass of another module, whose hooks must not see the reimport's own changes."""
#: without bu: the metaclass notes each class that is made, by name
#==> before
from meta import Base
class C(Base):
    x = 1
    def v(self):
        return "old"
#==> after
from meta import Base
class C(Base):
    x = 2
    def v(self):
        return "new"
    def added(self):
        return "added"
#==> use meta.py
class Meta(type):
    def __setattr__(cls, name, value):
        raise TypeError("set " + name)
    def __delattr__(cls, name):
        raise TypeError("deleted " + name)
    def __getattribute__(cls, name):
        if name in ("x", "v") and guard:
            raise TypeError("asked for " + name)
        return super().__getattribute__(name)
    def __instancecheck__(cls, obj):
        raise TypeError("isinstance")
    def __subclasscheck__(cls, sub):
        raise TypeError("issubclass")
    def __eq__(cls, other):
        raise TypeError("compared")
    def __hash__(cls):
        raise TypeError("hashed")
    def mro(cls):
        made.append(cls.__name__)
        return super().mro()
guard = []
made = []
class Base(metaclass=Meta):
    pass
#==> use
import meta
import m

c = m.C()
meta.guard.append(1)

def check():
    del meta.guard[:]
    assert c.v() == "new" and c.added() == "added" and m.C.x == 2 and type(c) is m.C
