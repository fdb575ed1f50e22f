"""--code-only: what the source changes beyond code is listed, and nothing that is unsure."""
#: options --code-only
#: without fptab: the list is all that there is to see
#==> before
import abc
import contextlib
import dataclasses
import enum
import functools
import json
from collections import namedtuple

NUMBER = 60 * 60
TEXT = "before"
NESTED = (1, ("a", -2.5), None)
GROWS = ["a", {"k": 1}]
SHRINKS = {"a": 1, "b": 2}
LATER = None
counter = 0
REBOUND = 1
REBOUND = 2
COMPUTED = json.dumps(1)
Point = namedtuple("Point", "x y")
del json

def count():
    global counter
    counter += 1
    return "before"

class Base: pass
class Other: pass
class Meta(type): pass

class C(Base):
    K = 1
    same = "same"
    state = 0
    __private = "before"
    def meth(self):
        C.state = 7
        return "before"
    def bare(self): return "before"
    @property
    def prop(self): return "before"
    @staticmethod
    def static(): return "before"
    def gone(self): return "before"
    class Inner:
        V = 1

class M(metaclass=Meta): pass
class N: pass
class Gone:
    def meth(self): return "before"

@dataclasses.dataclass
class Data:
    a: int
    b: int = 1
    c: list = dataclasses.field(default_factory=list)

class Color(enum.Enum):
    RED = 1

def plain(): return "before"
@functools.lru_cache(None)
def cached(): return "before"
@contextlib.contextmanager
def manager(): yield "before"
@functools.lru_cache(None)
def uncached(): return "before"
def dropped(): return "before"

if NUMBER:
    CONDITIONAL = 1
    def conditional(): return "before"

for loop in "ab": pass
#==> after
import abc
import contextlib
import dataclasses
import enum
import functools
import json
import newly
from os import path as new_path
from collections import namedtuple

NUMBER = 60 * 61
TEXT = "after"
NESTED = (1, ("a", -2.75), None)
GROWS = ["a", {"k": 1}]
SHRINKS = {"a": 1, "b": 2}
LATER = None
counter = 0
REBOUND = 3
REBOUND = 4
COMPUTED = json.dumps(2)
Point = namedtuple("Point", "x y z")
NEW_NAME = len([])
del json

def count():
    global counter
    counter += 1
    return "after"

class Base: pass
class Other: pass
class Meta(type): pass
class New(Base): pass

class C(Other):
    K = 2
    same = "same"
    state = 0
    __private = "after"
    added = ()
    def meth(self):
        C.state = 7
        return "after"
    @classmethod
    def bare(self): return "after"
    def prop(self): return "after"
    @newly.wrapped
    def static(): return "after"
    def new(self): return "after"
    def __hidden(self): return "after"
    class Inner:
        V = 2

class M: pass
class N(metaclass=Meta): pass

@dataclasses.dataclass
class Data:
    a: int
    b: int = 2
    c: list = dataclasses.field(default_factory=list)
    d: int = 0
    def meth(self): return "after"

class Color(enum.Enum):
    RED = 2
    GREEN = 3
    def describe(self): return "after"

@functools.lru_cache(None)
def plain(): return "after"
@functools.lru_cache(None)
def cached(): return "after"
@contextlib.contextmanager
def manager(): yield "after"
def uncached(): return "after"
def added(): return "after"

if NUMBER:
    CONDITIONAL = 2
    NEVER_SURE = 1
    def conditional(): return "after"

for loop in "ab": pass
#==> use
import sys
import m

m.GROWS.append("more")
m.GROWS[1]["j"] = 2
m.SHRINKS["c"] = 3
m.LATER = object()
m.count()
m.C().meth()

def check():
    assert m.plain() == "after" and m.C().meth() == "after" and m.uncached() == "after"
    assert m.NUMBER == 3600 and not hasattr(m, "NEW_NAME") and m.C.K == 1

WANTED = """
new name newly
new name new_path
constant NUMBER
constant TEXT
constant NESTED
new name NEW_NAME
new class New
bases C
constant C.K
constant C.__private
new name C.added
decorators C.bare
decorators C.prop
decorators C.static
new function C.new
new function C.__hidden
constant C.Inner.V
metaclass N
constant Data.b
new function Data.meth
annotations Data
new function Color.describe
constant Color.RED
new name Color.GREEN
decorators plain
decorators uncached
new function added
removed class Gone
removed function C.gone
removed function Gone.meth
removed function dropped
""".split("\n")[1:-1]

def report(json):
    module, = json["modules"]
    if sys.version_info >= (3, 14):
        WANTED.remove("annotations Data")  # they are computed by a function, whose code is swapped
    found = [e["what"] + " " + e["name"] for e in module["beyond"]]
    assert found == WANTED, "missing: %s; too many: %s; %s" % (
        [w for w in WANTED if w not in found], [f for f in found if f not in WANTED], found == sorted(found))
