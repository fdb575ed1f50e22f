"""Methods that lose super(); others keep it; the class cell is the class itself."""
#==> before
class Base:
    def a(self):
        return "base"
class C(Base):
    def a(self):
        return "old " + super().a()
    def b(self):
        return [super(cls, self).a() for cls in (__class__,)]
#==> after
class Base:
    def a(self):
        return "base"
class C(Base):
    def a(self):
        return "new"
    def b(self):
        def inner():
            return __class__
        return inner()
#==> use
from m import C

class Sub(C):
    pass
c, a = Sub(), Sub().a

def check():
    import m
    assert a() == c.a() == "new" and c.b() is m.C is C
