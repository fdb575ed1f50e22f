"""What the old source had put on its classes with functions of other modules goes with the new source."""
#==> before
import functools
import abc
import other
from other import make
from kinds import Base
class C:
    shown = property(other.helper)
    made = make()
    cached = functools.lru_cache(None)(other.helper)
    own = other.Own()
@other.adds
class D:
    pass
class E(Base):
    pass
class F:
    pass
F.late = property(other.helper)
F.partial = functools.partialmethod(other.helper)
#==> after
class C:
    pass
class D:
    pass
class E:
    pass
class F:
    pass
#==> use other.py
def helper(self):
    return "helper"
def make():
    return classmethod(helper)
def adds(cls):
    cls.added = property(helper)
    return cls
class Own:
    def __get__(self, instance, owner):
        return "own"
#==> use kinds.py
def helper(self):
    return "helper"
class Base:
    def __init_subclass__(cls):
        cls.hooked = property(helper)
#==> use
import m

def check():
    for cls in m.C, m.D, m.E, m.F:
        left = [name for name in vars(cls) if not name.startswith("__")]
        assert left == [], (cls, left)
