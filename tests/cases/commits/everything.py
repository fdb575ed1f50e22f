"""lru_cache, closures that change their variables, slots, kinds, decorators and an Enum: all in one file."""
#==> before
import enum, functools
def deco(f):
    @functools.wraps(f)
    def wrapper(*args):
        return "old deco", f(*args)
    return wrapper
@functools.lru_cache(maxsize=None)
def cached(x):
    return "old", x
def make(a, b):
    def inner():
        return "old", a, b
    return inner
class Slotted:
    def __init__(self):
        self.x = 1
    def get(self):
        return "old", self.x
class ToFunction:
    pass
def to_class():
    return "old"
class Color(enum.Enum):
    RED = 1
    def v(self):
        return "old"
@deco
def decorated(x):
    return "old", x
class Base:
    def hello(self):
        return "old base"
class Derived(Base):
    def hello(self):
        return "old"
#==> after
import enum, functools
def deco(f):
    @functools.wraps(f)
    def wrapper(*args):
        return "new deco", f(*args)
    return wrapper
@functools.lru_cache(maxsize=None)
def cached(x):
    return "new", x
def make(a, b):
    def inner():
        return "new", b
    return inner
class Slotted:
    __slots__ = ("x", "y")
    def __init__(self):
        self.x = 1
    def get(self):
        self.y = 5
        return "new", self.x, self.y
def ToFunction():
    return "new"
class to_class:
    v = "new"
class Color(enum.Enum):
    RED = 1
    BLUE = 2
    def v(self):
        return "new"
@deco
def decorated(x):
    return "new", x
class Base:
    def hello(self):
        return "new base"
class Derived(Base):
    def hello(self):
        return "new " + super().hello()
#==> use
import functools
import m
from m import cached, ToFunction, to_class, Color, decorated, deco

cached(1)
outside = functools.lru_cache(maxsize=None)(m.cached)
outside(1)
inner, slotted, red, derived = m.make(1, 2), m.Slotted(), Color.RED, m.Derived()
@deco
def mine(x):
    return x

def check():
    assert cached(1) == outside(1) == ("new", 1) and inner() == ("new", 2)
    assert slotted.get() == ("new", 1, 5) and type(slotted) is m.Slotted
    assert ToFunction() == "new" and ToFunction is m.ToFunction and to_class.v == "new" and to_class is m.to_class
    assert red is Color.RED is Color(1) and red.v() == "new" and Color.BLUE.value == 2
    assert decorated(1) == ("new deco", ("new", 1)) and mine(1) == ("new deco", 1)
    assert derived.hello() == "new new base"

def report(r):
    assert [x["object"] for x in r["references"]["left"]] == ["Slotted"], r["references"]
