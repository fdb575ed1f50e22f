"""A decorator of the module, used in another: what it made there runs its new code."""
#==> before
import functools
def twice(f):
    @functools.wraps(f)
    def wrapper(*args):
        return "old", f(*args)
    return wrapper
class Wrap:
    def __init__(self, f):
        self.f = f
    def __call__(self):
        return "old", self.f()
#==> after
import functools
def twice(f):
    @functools.wraps(f)
    def wrapper(*args):
        return "new", f(*args), f(*args)
    return wrapper
class Wrap:
    def __init__(self, f):
        self.f = f
    def __call__(self):
        return "new", self.f()
#==> use
import m

@m.twice
def mine(x):
    return x

@m.Wrap
def wrapped():
    return 5

class C:
    @m.twice
    def method(self):
        return "method"

def check():
    assert mine(1) == ("new", 1, 1)
    assert wrapped() == ("new", 5)
    assert C().method() == ("new", "method", "method")
