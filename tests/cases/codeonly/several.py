"""--code-only: several definitions under one name: each live one gets the code that is its own."""
#: options --code-only
#: without ptab: swapping code only is asked for through the command
#==> before
import functools
import typing

@typing.overload
def over(x: int) -> int: ...
@typing.overload
def over(x: str) -> str: ...
def over(x):
    return "before over", x

@functools.singledispatch
def dispatch(x):
    return "before any"
@dispatch.register(int)
def _(x):
    return "before int"
@dispatch.register(str)
def _(x):
    return "same str"

if str is bytes:
    def either():
        return "never"
else:
    def either():
        return "before either"

try:
    import there_is_no_such_module
    def attempt():
        return "never"
except ImportError:
    def attempt():
        return "before attempt"

table = {
    "a": lambda x: "before a",
    "b": lambda x, y: "before b",
    "c": lambda x: "same c",
}
sorted([], key=lambda e: -e)

class C:
    @property
    def p(self):
        return "same"
    @p.setter
    def p(self, v):
        self.v = "before", v
    @p.deleter
    def p(self):
        self.v = "before deleted"
#==> after
import functools
import typing

@typing.overload
def over(x: int) -> int: ...
@typing.overload
def over(x: bytes) -> bytes: ...
@typing.overload
def over(x: str) -> str: ...
def over(x):
    return "after over", x

@functools.singledispatch
def dispatch(x):
    return "after any"
@dispatch.register(int)
def _(x):
    return "after int"
@dispatch.register(str)
def _(x):
    return "same str"

if str is bytes:
    def either():
        return "never, still"
else:
    def either():
        return "after either"

try:
    import there_is_no_such_module
    def attempt():
        return "never, still"
except ImportError:
    def attempt():
        return "after attempt"

table = {
    "a": lambda x: "after a",
    "b": lambda x, y: "after b",
    "c": lambda x: "same c",
}
sorted([], key=lambda e: -e)

class C:
    @property
    def p(self):
        return "same"
    @p.setter
    def p(self, v):
        self.v = "after", v
    @p.deleter
    def p(self):
        self.v = "after deleted"
#==> use
import m

over, dispatch, table, c = m.over, m.dispatch, m.table, m.C()

def check():
    assert over(1) == ("after over", 1)
    assert dispatch(1.5) == "after any" and dispatch(1) == "after int" and dispatch("") == "same str"
    assert m.either() == "after either"
    assert m.attempt() == "after attempt"
    assert [table["a"](1), table["b"](1, 2), table["c"](1)] == ["after a", "after b", "same c"]
    assert c.p == "same"
    c.p = 1
    assert c.v == ("after", 1)
    del c.p
    assert c.v == "after deleted"

def report(json):
    assert json["references"]["left"] == [], json["references"]["left"]
