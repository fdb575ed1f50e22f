"""Methods that gain super() or __class__, in the class and by assignment from outside."""
#==> before
class Base:
    def a(self):
        return "base"
class C(Base):
    def a(self):
        return "old"
    def b(self):
        return "old"
    @classmethod
    def c(cls):
        return "old"
    @property
    def d(self):
        return "old"
    def __init__(self):
        pass
#==> after
class Base:
    def a(self):
        return "base"
class C(Base):
    def a(self):
        return "new " + super().a()
    def b(self):
        return "new " + __class__.__name__
    @classmethod
    def c(cls):
        return "new " + __class__.__name__
    @property
    def d(self):
        return "new " + super().a()
    def __init__(self):
        super().__init__()
#==> use
from m import C

c = C()
a, b, cc = c.a, C.b, C.c

def check():
    assert a() == c.a() == "new base" and b(c) == "new C" and cc() == "new C"
    assert c.d == "new base" and C().a() == "new base"
