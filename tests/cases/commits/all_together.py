"""What no reloader carries, all in one file: slots, caches, closures, kinds, decorators, Enums, frozen data, registries."""
#: without g: since 3.14 what one reimport made lives until the next but one, not longer
#==> before
import dataclasses, enum, functools
import registry

def deco(f):
    @functools.wraps(f)
    def wrapper(*args):
        return "old deco", f(*args)
    return wrapper
class Point:
    __slots__ = ("x",)
    def __init__(self, x):
        self.x = x
    def show(self):
        return "old", self.x
@functools.lru_cache(maxsize=None)
def cached(x):
    return "old", x
def make(a, b):
    def inner():
        return "old", a, b
    return inner
def more(a, b):
    held = [a]
    def inner():
        return "old", held
    return inner
class Kind:
    def __call__(self):
        return "old"
def kind():
    return "old"
class Color(enum.Enum):
    RED = 1
    GONE = 2
    def say(self):
        return "old"
@dataclasses.dataclass(frozen=True)
class Frozen:
    x: int
    def say(self):
        return "old", self.x
@deco
def decorated(x):
    return "old", x
@registry.register
def handler():
    return "old"
@registry.register
class Plugin(registry.Base):
    def run(self):
        return "old"
#==> after
import dataclasses, enum, functools
import registry

def deco(f):
    count = 0
    @functools.wraps(f)
    def wrapper(*args):
        nonlocal count
        count += 1
        return "new deco", count, f(*args)
    return wrapper
class Point:
    __slots__ = ("before", "x", "y")
    def __init__(self, x):
        self.x, self.y = x, 0
    def show(self):
        self.y = 2
        return "new", self.x, self.y
@functools.lru_cache(maxsize=8)
def cached(x):
    return "new", x
def make(a, b):
    def inner():
        return "new", b
    return inner
def more(a, b):
    held = [a]
    def inner():
        return "new"
    return inner
def Kind():
    return "new"
class kind:
    v = "new"
class Color(enum.Enum):
    RED = 1
    BLUE = 3
    def say(self):
        return "new"
@dataclasses.dataclass(frozen=True)
class Frozen:
    x: int
    y: int = 5
    def say(self):
        return "new", self.x, self.y
@deco
def decorated(x):
    return "new", x
@registry.register
def handler():
    return "new"
@registry.register
class Plugin(registry.Base):
    def run(self):
        return "new " + super().run()
#==> use registry.py
entries, subclasses = [], []

def register(o):
    entries.append(o)
    return o
class Base:
    def __init_subclass__(cls):
        subclasses.append(cls)
    def run(self):
        return "base"
#==> use
import functools
import registry
import m
from m import Point, Kind, kind, Color, Frozen, cached, decorated, deco

class Sub(Point):
    __slots__ = ("z",)
cached(1)
outside = functools.lru_cache(maxsize=None)(cached)
outside(1)
point, sub = Point(5), Sub(6)
sub.z = 7
places = {"point": point, (sub,): [point, (sub,)]}
inner, fewer = m.make(1, 2), m.more(3, 4)
red, frozen, plugin, kinds = Color.RED, Frozen(3), m.Plugin(), [Kind, kind]
@deco
def mine(x):
    return x

def check():
    assert type(point) is Point is m.Point and point.show() == ("new", 5, 2)
    assert type(sub) is Sub and issubclass(Sub, Point) and sub.show() == ("new", 6, 2) and sub.z == 7
    assert places["point"] is point and places[(sub,)] == [point, (sub,)]
    assert cached(1) == outside(1) == ("new", 1) and cached.cache_info().maxsize == 8
    assert inner() == ("new", 2) and fewer() == "new"
    assert Kind() == "new" and Kind is m.Kind is kinds[0] and kind.v == "new" and kind is m.kind is kinds[1]
    assert red is Color.RED is Color(1) and red.say() == "new" and Color.BLUE.value == 3 and len(Color) == 2
    assert type(frozen) is Frozen is m.Frozen and frozen.say() == ("new", 3, 5)
    assert decorated(1)[::2] == ("new deco", ("new", 1)) and mine(1) in (("old deco", 1), ("new deco", 1, 1))
    assert registry.entries == [m.handler, m.Plugin] and registry.entries[0]() == "new"
    assert registry.subclasses == [m.Plugin] == registry.Base.__subclasses__() and plugin.run() == "new base"

def report(r):
    # what mine is made of never had the variable that the new wrapper counts in
    left = r["references"]["left"]
    assert [x["holder"] for x in left] == ["mine"] and "did not capture" in left[0]["reason"], left
