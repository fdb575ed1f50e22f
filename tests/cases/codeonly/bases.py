"""--code-only: bases that typing puts in place of those that the source names are no change; others are."""
#: options --code-only
#: without fptab: the list is all that there is to see
#==> before
import typing
from typing import NamedTuple

class Base: pass
class Other: pass

class Record(NamedTuple):
    a: int
class Mine(Record): pass
class Whole(typing.TypedDict):
    a: int
class Part(Whole, total=False):
    b: int
class Both(Whole, Part): pass
class Became: pass
class Was(NamedTuple):
    a: int
class Changed(Base): pass

def f(): return "before"
#==> after

import typing
from typing import NamedTuple

class Base: pass
class Other: pass

class Record(NamedTuple):
    a: int
class Mine(Record): pass
class Whole(typing.TypedDict):
    a: int
class Part(Whole, total=False):
    b: int
class Both(Whole, Part): pass
class Became(Whole): pass
class Was:
    a: int
class Changed(Other): pass

def f(): return "after"
#==> use
import m

def check():
    assert m.f() == "after"

def report(json):
    module, = json["modules"]
    assert module["beyond"] == [{"what": "bases", "name": name} for name in ("Became", "Was", "Changed")], module["beyond"]
