"""Decorated with a decorator of the same module, which changes too."""
#==> before
import functools
def loud(f):
    @functools.wraps(f)
    def wrapper(*args):
        return "old!", f(*args)
    return wrapper
@loud
def hello(x):
    return "old", x
#==> after
import functools
def loud(f):
    @functools.wraps(f)
    def wrapper(*args):
        return "new!", f(*args)
    return wrapper
@loud
def hello(x):
    return "new", x
#==> use
from m import hello, loud

inner = hello.__wrapped__

@loud
def mine(x):
    return x

def check():
    import m
    assert hello is m.hello and hello(1) == ("new!", ("new", 1))
    assert inner(1) == ("new", 1) and inner is hello.__wrapped__
    assert mine(2) == ("new!", 2)
