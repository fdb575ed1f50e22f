"""Held in the annotations of functions and classes of other modules."""
#: things
#==> use
import sys
import typing
import m
from things import right

def call(a: m.C, b: "m.K", c: m.K, *, d: m.f) -> m.L:
    local: m.K = None

class Noted:
    c: m.C
    k: m.K
    l: m.L

if sys.version_info < (3, 14):
    call.__annotations__, Noted.__annotations__

def check():
    a = call.__annotations__
    right(a["d"], a["a"], a["c"], a["return"])
    n = Noted.__annotations__
    right(m.f, n["c"], n["k"], n["l"])
    assert typing.get_type_hints(Noted)["k"] is m.K
