"""Under a metaclass, a class with slots gets a base that has some, in place of one without."""
#==> before
class Meta(type):
    pass
class Base(metaclass=Meta):
    __slots__ = ()
class C(Base):
    __slots__ = ("x", "__dict__")
    def show(self):
        return "old", self.x
class D(C):
    __slots__ = ("z",)
#==> after
class Meta(type):
    pass
class Base(metaclass=Meta):
    __slots__ = ("y",)
class C(Base):
    __slots__ = ("x", "__dict__")
    def show(self):
        self.y = 2
        return "new", self.x, self.y
class D(C):
    __slots__ = ("z",)
#==> use
import m

class E(m.D):
    __slots__ = ("e",)
c, d, e = m.C(), m.D(), E()
for o in c, d, e:
    o.x = 1

def check():
    assert c.show() == d.show() == e.show() == ("new", 1, 2)
    assert E.__mro__ == (E, m.D, m.C, m.Base, object) and type(E) is m.Meta
    assert (type(c), type(d), type(e)) == (m.C, m.D, E) and vars(c) == {}
