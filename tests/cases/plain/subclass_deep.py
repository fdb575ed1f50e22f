"""Subclasses at depth, over several modules."""
#==> before
class Base:
    def who(self):
        return "old"
#==> after
class Base:
    def who(self):
        return "new"
#==> use middle.py
from m import Base
class Middle(Base):
    pass
#==> use
from middle import Middle

class Lower(Middle):
    def who(self):
        return "lower " + super().who()
class Lowest(Lower):
    pass

it = Lowest()

def check():
    import m
    assert it.who() == "lower new"
    assert Lowest.__mro__ == (Lowest, Lower, Middle, m.Base, object)
