"""A module with something of every kind: what the sweeps of failures reimport."""
#: reimport pkg.m
#==> before pkg/__init__.py
from pkg.m import *
#==> before pkg/m.py
import dataclasses, enum, functools
__all__ = ["LIMIT", "plain", "Base", "Gone"]
LIMIT = 100001
conn = ["connection"]
def deco(f):
    @functools.wraps(f)
    def wrapper(*args):
        return "old deco", f(*args)
    return wrapper
def plain(a, b=1):
    "old"
    return "old", a, b
@deco
def decorated(x):
    return "old", x
@functools.lru_cache(maxsize=None)
def cached(x):
    return "old", x
def make(a, b):
    def inner():
        return "old", a, b
    return inner
class Base:
    lost = "old"
    v = "old"
    def hello(self):
        return "old base"
    def __init_subclass__(cls):
        registry.append(cls)
registry = []
class Other:
    pass
class Derived(Base):
    @property
    def p(self):
        return "old"
    @classmethod
    def c(cls):
        return "old", cls
class Slotted:
    __slots__ = ("x",)
    def __init__(self):
        self.x = 1
class ToFunction:
    pass
def to_class():
    return "old"
class Color(enum.Enum):
    RED = 1
    def v(self):
        return "old"
@dataclasses.dataclass(frozen=True)
class Point:
    x: int = 0
    def where(self):
        return "old", self.x
def gone():
    return "gone"
class Gone:
    pass
#==> after pkg/m.py
import dataclasses, enum, functools
__all__ = ["LIMIT", "plain", "Base", "fresh"]
__reimport_keep__ = ("conn",)
LIMIT = 100002
conn = ["another"]
def deco(f):
    @functools.wraps(f)
    def wrapper(*args):
        return "new deco", f(*args)
    return wrapper
def plain(a, b=2, *, c=3):
    "new"
    return "new", a, b, c
@deco
def decorated(x):
    return "new", x
@functools.lru_cache(maxsize=None)
def cached(x):
    return "new", x
def make(a, b):
    def inner():
        return "new", a + b
    return inner
class Base:
    v = "new"
    def hello(self):
        return "new base"
    def __init_subclass__(cls):
        registry.append(cls)
registry = []
class Other:
    pass
class Derived(Base, Other):
    @property
    def p(self):
        return "new"
    @classmethod
    def c(cls):
        return "new", cls
    def hello(self):
        return "new " + super().hello()
class Slotted:
    __slots__ = ("x", "y")
    def __init__(self):
        self.x = 1
def ToFunction():
    return "new"
class to_class:
    v = "new"
class Color(enum.Enum):
    RED = 1
    BLUE = 2
    def v(self):
        return "new"
@dataclasses.dataclass(frozen=True)
class Point:
    x: int = 0
    y: int = 5
    def where(self):
        return "new", self.x
def fresh():
    return plain(1)
def __reimported__(old):
    global carried
    carried = old.LIMIT
    return True
#==> use
import collections, functools, weakref
import pkg
from pkg import m
from pkg.m import LIMIT, cached, ToFunction, to_class, Color, Point, decorated, deco, gone, Gone

cached(1)
inner, derived, point, conn = m.make(1, 2), m.Derived(), Point(3), m.conn
keys = {("k", m.plain): 1, ToFunction: 2}
members = {ToFunction, m.plain}
queue = collections.deque([to_class, (ToFunction, [to_class])])
bound, weak, part = derived.hello, weakref.ref(m.plain), functools.partial(m.plain, 1)
class Sub(m.Derived):
    pass
sub = Sub()
class Attribute:
    lost = gone
    kind = ToFunction
    def __init__(self):
        self.lost = gone
        self.held = to_class
attribute = Attribute()
@deco
def mine(x):
    return x
holders = [gone, Gone, m.Slotted]
slotted = m.Slotted()
by_slotted, again = {slotted: 1}, (slotted, [slotted])

def check():
    assert LIMIT == pkg.LIMIT == m.LIMIT == 100002 and m.carried == 100001 and m.conn is conn
    assert m.plain(1) == part() == weak()(1) == pkg.plain(1) == pkg.fresh() == ("new", 1, 2, 3)
    assert decorated(1) == ("new deco", ("new", 1)) and mine(1) == ("new deco", 1)
    assert cached(1) == ("new", 1)
    assert bound() == "new base" and derived.hello() == sub.hello() == "new new base" and sub.p == "new"
    assert Sub.c() == ("new", Sub) and isinstance(sub, m.Other) and Sub.v == "new"
    assert m.registry[-1] is m.Derived, m.registry
    assert ToFunction() == "new" and ToFunction is m.ToFunction and to_class.v == "new" and to_class is m.to_class
    assert keys["k", m.plain] == 1 and keys[m.ToFunction] == 2 and members == {m.ToFunction, m.plain}
    assert queue[0] is to_class and queue[1] == (ToFunction, [to_class])
    assert Attribute.kind is ToFunction and attribute.held is to_class
    assert not hasattr(attribute, "lost") and not hasattr(m.Base, "lost")
    assert Color.RED is Color(1) and Color.RED.v() == "new" and Color.BLUE.value == 2
    assert type(point) is m.Point and point.where() == ("new", 3) and m.Point().y == 5
    assert holders == [m.Slotted] and m.Slotted.__slots__ == ("x", "y"), holders
    slotted.y = 2
    assert type(slotted) is m.Slotted and slotted.x == 1 and again == (slotted, [slotted]) and by_slotted == {slotted: 1}
    assert not hasattr(m, "gone") and not hasattr(pkg, "Gone") and not hasattr(m, "Gone")
