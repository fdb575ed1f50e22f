"""A base with slots and the class derived from it change places."""
#==> before
class Base:
    __slots__ = ("s",)
    def v(self):
        return "base"
class Derived(Base):
    pass
#==> after
class Derived:
    def w(self):
        return "derived"
class Base(Derived):
    pass
#==> use
import m

Base, Derived = m.Base, m.Derived
b, d = Base(), Derived()

def check():
    assert Base is m.Base and Derived is m.Derived
    assert Base.__mro__ == (Base, Derived, object) and Derived.__mro__ == (Derived, object)
    assert isinstance(b, Base) and isinstance(d, Derived) and not isinstance(d, Base)
    assert b.w() == Base().w() == d.w() == "derived" and not hasattr(Base, "v")
    for o in b, d, Base(), Derived():
        o.x = 1
        assert o.__dict__ == {"x": 1}
        del o.x
