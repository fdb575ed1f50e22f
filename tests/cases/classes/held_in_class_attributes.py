"""Held as class attributes elsewhere, also where the metaclass forbids assignment."""
#: things
#==> use
import m
from things import right

class Frozen(type):
    def __setattr__(cls, name, value):
        raise TypeError("frozen")
    def __delattr__(cls, name):
        raise TypeError("frozen")
class Holder(metaclass=Frozen):
    f, C, K, L = staticmethod(m.f), m.C, m.K, staticmethod(m.L)
    nested = {"K": m.K, "tuple": (m.L,)}
class Sub(Holder):
    pass

def check():
    right(Sub.f, Sub.C, Sub.K, Sub.L)
    assert Sub.nested == {"K": m.K, "tuple": (m.L,)}
