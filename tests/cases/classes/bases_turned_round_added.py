"""A base with slots derives from a new class, and that one from the class that was derived from it."""
#==> before
class Base:
    __slots__ = ("s",)
class Derived(Base):
    pass
#==> after
import functools
class Derived:
    pass
class Between(Derived):
    @functools.cached_property
    def r(self):
        return "between"
class Base(Between):
    pass
#==> use
import m

Base, Derived = m.Base, m.Derived
b, d = Base(), Derived()

def check():
    assert Base is m.Base and Derived is m.Derived and m.Between.__mro__ == (m.Between, Derived, object)
    assert Base.__mro__ == (Base, m.Between, Derived, object)
    assert isinstance(b, Base) and isinstance(d, Derived) and not isinstance(d, Base)
    assert b.r == Base().r == m.Between().r == "between" and not hasattr(d, "r")
    assert d.__dict__ == {} and Base().__dict__ == {}
