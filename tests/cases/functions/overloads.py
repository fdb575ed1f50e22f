"""Several definitions under one name: what counts is the one bound in the end."""
#: without g: typing keeps overloads by line: what stood on a line is in the record from the second time on
#==> before
from typing import overload, Union
import sys
@overload
def f(x: int) -> int: ...
@overload
def f(x: str) -> str: ...
def f(x):
    return "old"
if sys.platform == "nowhere":
    def g():
        return "never"
else:
    def g():
        return "old"
def h():
    return "first old"
first = h
def h():
    return "second old"
#==> after
from typing import overload, Union
import sys
@overload
def f(x: int) -> int: ...
@overload
def f(x: bytes) -> bytes: ...
@overload
def f(x: str) -> str: ...
def f(x):
    return "new"
if sys.platform == "nowhere":
    def g():
        return "never"
else:
    def g():
        return "new"
def h():
    return "first new"
first = h
def h():
    return "second new"
#==> use
import m
from m import f, g, h, first

def check():
    assert f(1) == g() == "new" and f is m.f and g is m.g
    assert h() == "second new" and h is m.h
    assert first() == "first new" and first is m.first
