# New objects in whose place the old ones stay are whole as long as the collector shows them.
#: reimport v m
#==> before v.py
VERSION = 1
#==> after v.py
VERSION = 2
#==> before
from v import VERSION
import enum
class Meta(type):
    def __instancecheck__(cls, o): return super().__instancecheck__(o)
    def version(cls): return VERSION
class Base(metaclass=Meta):
    __slots__ = ("a", "__weakref__", "__dict__")
    def __init__(self, a): self.a = a
    def total(self): return self.a
class Plain:
    def version(self): return VERSION
class Derived(Base):
    __slots__ = ("b",)
    def __init__(self, a, b):
        super().__init__(a)
        self.b = b
    def total(self): return super().total() + self.b
class Color(enum.Enum):
    RED = 1
    def version(self): return VERSION, super().__repr__()
class Flags(enum.IntFlag):
    ONE = 1
    def version(self): return VERSION, super().__repr__()
class Trouble(Exception):
    def __init__(self, a):
        super().__init__(a)
        self.a = a
    def total(self): return self.a
base, derived, plain, inner = Base(1), Derived(2, 3), Plain(), [Derived(4, 5)]
nested = Base(Base(7))
trouble = Trouble(1)
__reimport_keep__ = ("kept", "kept_too")
kept = Derived(1, 2)
kept_too = Trouble(2)
#==> use
import gc
import m
gc.disable()

DESCRIPTORS = type(m.Base.a), type(m.Plain.__dict__["__dict__"])

def use(o):
    for cls in type(o).__mro__:
        for d in vars(cls).values():
            if isinstance(d, DESCRIPTORS):
                try:
                    d.__get__(o)
                except AttributeError:
                    pass # not set
    for name in "total", "version":
        if hasattr(o, name):
            getattr(o, name)()

def classes_of(module):
    return [c for c in gc.get_objects() if issubclass(type(c), type) and c.__module__ == module]

def check():
    assert m.plain.version() == 2
    classes = classes_of("m")
    for o in gc.get_objects():
        if type(o).__module__ == "m" and not issubclass(type(o), type):
            use(o)
    for c in classes:
        assert not isinstance(m, c)
