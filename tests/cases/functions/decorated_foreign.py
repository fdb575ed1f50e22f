"""Decorated with a decorator of another module, that is not reimported."""
#==> before
import deco
@deco.traced
def hello(x):
    return "old", x
@deco.with_argument("old arg")
def bye(x):
    return "old", x
@deco.bare
def plain():
    return "old"
#==> after
import deco
@deco.traced
def hello(x, y=0):
    return "new", x
@deco.with_argument("new arg")
def bye(x):
    return "new", x
@deco.bare
def plain():
    return "new"
#==> use deco.py
import functools
def traced(f):
    @functools.wraps(f)
    def wrapper(*args, **kw):
        return "traced", f(*args, **kw)
    return wrapper
def with_argument(arg):
    def decorate(f):
        @functools.wraps(f)
        def wrapper(*args):
            return arg, f(*args)
        return wrapper
    return decorate
def bare(f):
    def wrapper():
        return f()
    return wrapper
#==> use
from m import hello, bye, plain

inner = hello.__wrapped__

def check():
    import m
    assert hello is m.hello and hello(1) == ("traced", ("new", 1))
    assert bye is m.bye and bye(1) == ("new arg", ("new", 1))
    assert plain is m.plain and plain() == "new"
    assert hello.__wrapped__ is inner and inner(1) == ("new", 1)
