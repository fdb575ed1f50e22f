"""--code-only: what the source changes of what functions and classes have beside their code is listed."""
#: options --code-only
#: without fptab: the list is all that there is to see
#==> before
"""Module before."""
import enum
import functools
import typing

def first(): return "before"
second = first
third = first
def noted(a: int, *args: str) -> None: return "before"
def unnoted(a): return "before"
def quoted(a: "int"): return "before"
def same(a: int, b: "text", *, c: None, d: typing.List[int] = None, **k: str) -> typing.Any:
    """Same."""
    return "before"
def document():
    """Before."""
    return "before"
def undocumented(): return "before"
def own():
    """Before."""
    return "before"
def wrapper(f):
    @functools.wraps(f)
    def inner(a: float): return f(a)
    return inner
@wrapper
def wrapped(a: int):
    """Wrapped."""
    return "before"

class C:
    """Before."""
    field: int
    kept: int = 1
    def first(self): return "before"
    second = first
    other = first
    @property
    def gains(self): return "before"
    @property
    def loses(self): return "before"
    @loses.setter
    def loses(self, value): pass
    @property
    def both(self): return "before"
    @both.setter
    def both(self, value): pass
    def meth(self, a: "C", b: int) -> int: return "before"

class Same:
    """Same,
       in two lines."""
    field: int

class Made:
    pass
Made.note = "set"

class Color(enum.Enum):
    RED = 1
    BLUE = 2
    AUTO = enum.auto()

class Level(enum.IntEnum):
    LOW = 1
    __private = 1

class Planet(enum.Enum):
    EARTH = 1
    def __init__(self, number):
        self._value_ = number * 10
#==> after
"""Module after."""
import enum
import functools
import typing

def first(): return "after"
def second(): return "after"
third = first
def noted(a: str, *args: str) -> None: return "after"
def unnoted(a: int): return "after"
def quoted(a: "str"): return "after"
def same(a: int, b: "text", *, c: None, d: typing.List[int] = None, **k: str) -> typing.Any:
    """Same."""
    return "after"
def document():
    """After."""
    return "after"
def undocumented():
    """After."""
    return "after"
def own():
    """After."""
    return "after"
def wrapper(f):
    @functools.wraps(f)
    def inner(a: float): return f(a)
    return inner
@wrapper
def wrapped(a: int):
    """Wrapped."""
    return "after"

class C:
    """After."""
    field: str
    kept: int = 1
    def first(self): return "after"
    def second(self): return "after"
    @property
    def other(self): return "after"
    @property
    def gains(self): return "after"
    @gains.setter
    def gains(self, value): pass
    @gains.deleter
    def gains(self): pass
    @property
    def loses(self): return "after"
    @property
    def both(self): return "after"
    @both.setter
    def both(self, value): pass
    def meth(self, a: "C", b: int) -> str: return "after"

class Same:
    """Same,
       in two lines."""
    field: int

class Made:
    pass
Made.note = "set"

class Color(enum.Enum):
    RED = 1
    BLUE = 3
    AUTO = enum.auto()
    GREEN = enum.auto()

class Level(enum.IntEnum):
    LOW = 2
    __private = 2

class Planet(enum.Enum):
    EARTH = 1
    def __init__(self, number):
        self._value_ = number * 10
#==> use
import sys
import m

m.own.__doc__ = "The program's."
m.Made.__doc__ = "The program's."

def check():
    assert m.first() == m.second() == m.third() == "after" and m.C().meth(1, 2) == "after"
    assert m.document.__doc__ == "Before." and m.C.__doc__ == "Before."

WANTED = """
new function second
annotations noted
annotations unnoted
annotations quoted
new function C.second
new function C.other
new setter C.gains
new deleter C.gains
removed setter C.loses
annotations C.meth
docstring C
annotations C
constant Color.BLUE
new name Color.GREEN
constant Level.LOW
docstring m
docstring document
docstring undocumented
""".split("\n")[1:-1]

def report(json):
    module, = json["modules"]
    found = [e["what"] + " " + e["name"] for e in module["beyond"]]
    wanted = WANTED
    if sys.version_info >= (3, 14):  # what computes annotations is code, too
        wanted = [w for w in wanted if not w.startswith("annotations") or w.endswith("unnoted")]
        assert m.noted.__annotations__["a"] is m.C.__annotations__["field"] is str
    assert found == wanted, "missing: %s; too many: %s; %s" % (
        [w for w in wanted if w not in found], [f for f in found if f not in wanted], found)
