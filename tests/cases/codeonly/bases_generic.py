"""--code-only: the base that type parameters bring, typing.Generic, is no change; gained or lost, it is."""
#: python 3.12
#: options --code-only
#: without fptab: the list is all that there is to see
#==> before
import typing

class Base: pass

class Box[T]: pass
class Derived[T](Base): pass
class Inner[T](Box): pass
class Shape[T](typing.Protocol): pass
class Square[T](Shape): pass
class Map[T](typing.TypedDict):
    a: T
class More[T](Map):
    b: T
class Pair[T](typing.NamedTuple):
    a: T
class Gains: pass
class Loses[T](Base): pass
class Changed[T](Base): pass

def f(): return "before"
#==> after

import typing

class Base: pass

class Box[T]: pass
class Derived[T](Base): pass
class Inner[T](Box): pass
class Shape[T](typing.Protocol): pass
class Square[T](Shape): pass
class Map[T](typing.TypedDict):
    a: T
class More[T](Map):
    b: T
class Pair[T](typing.NamedTuple):
    a: T
class Gains[T]: pass
class Loses(Base): pass
class Changed[T](Box): pass

def f(): return "after"
#==> use
import m

def check():
    assert m.f() == "after"

def report(json):
    module, = json["modules"]
    found = [(entry["what"], entry["name"]) for entry in module["beyond"]]
    assert found == [("bases", "Gains"), ("type parameters", "Gains"), ("bases", "Loses"), ("type parameters", "Loses"),
                     ("bases", "Changed")], found
