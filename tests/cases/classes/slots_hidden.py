"""A class hides a slot of its base by a property: the layout is as before, and the class stays itself."""
#==> before
class Base:
    __slots__ = ("x",)
class Bare(Base):
    __slots__ = ()
    @property
    def x(self):
        return "old", Base.x.__get__(self)
class Full(Base):
    @property
    def x(self):
        return "old", Base.x.__get__(self)
#==> after
class Base:
    __slots__ = ("x",)
class Bare(Base):
    __slots__ = ()
    @property
    def x(self):
        return "new", Base.x.__get__(self)
class Full(Base):
    @property
    def x(self):
        return "new", Base.x.__get__(self)
#==> use
import m

bare, full = m.Bare(), m.Full()
addresses = id(m.Bare), id(m.Full)
for o in bare, full:
    m.Base.x.__set__(o, 1)

def check():
    assert bare.x == full.x == ("new", 1)
    assert type(bare) is m.Bare and type(full) is m.Full
    assert addresses == (id(m.Bare), id(m.Full))
