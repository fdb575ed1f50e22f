"""object becomes a real base, one base becomes two, two become one."""
#==> before
class Base:
    def base(self):
        return "old"
class Mixin:
    def mixin(self):
        return "old"
class One:
    pass
class Two(Base):
    pass
class Three(Mixin, Base):
    pass
#==> after
class Base:
    def base(self):
        return "new"
class Mixin:
    def mixin(self):
        return "new"
class One(Base):
    pass
class Two(Mixin, Base):
    pass
class Three(Base):
    pass
#==> use
import m

one, two, three = m.One(), m.Two(), m.Three()

def check():
    assert one.base() == two.base() == two.mixin() == three.base() == "new"
    assert not hasattr(three, "mixin") and not isinstance(three, m.Mixin)
    assert isinstance(one, m.Base) and m.Two.__bases__ == (m.Mixin, m.Base)
