"""Descriptors of another module that hold the module's functions."""
#==> before
from desc import Lazy, Computed
class C:
    a = Lazy(lambda self: "old a")
    @Computed
    def b(self):
        return "old b"
#==> after
from desc import Lazy, Computed
class C:
    a = Lazy(lambda self: "new a")
    @Computed
    def b(self):
        return "new b"
#==> use desc.py
class Lazy:
    __slots__ = ("func",)
    def __init__(self, func):
        self.func = func
    def __get__(self, obj, cls):
        return self if obj is None else self.func(obj)
class Computed(Lazy):
    __slots__ = ()
    def __set__(self, obj, value):
        raise AttributeError("read only")
#==> use
from m import C

c = C()
held = C.a, C.b

def check():
    assert c.a == "new a" and c.b == "new b"
    assert held[0].func(c) == "new a" and held[1].func(c) == "new b"
