"""A decorator added, another taken away, two swapped."""
#==> before
import deco
def added():
    return "old"
@deco.tag("a")
def removed():
    return "old"
@deco.tag("a")
@deco.tag("b")
def swapped():
    return "old"
#==> after
import deco
@deco.tag("a")
def added():
    return "new"
def removed():
    return "new"
@deco.tag("b")
@deco.tag("a")
def swapped():
    return "new"
#==> use deco.py
import functools
def tag(name):
    def decorate(f):
        @functools.wraps(f)
        def wrapper():
            return name + f()
        return wrapper
    return decorate
#==> use
import m
from m import added, removed, swapped

held = [added, removed, swapped]

def check():
    assert [h() for h in held] == ["anew", "new", "banew"]
    assert held == [m.added, m.removed, m.swapped] == [added, removed, swapped]
