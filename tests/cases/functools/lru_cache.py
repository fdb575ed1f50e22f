"""An lru_cache in the module: the held wrapper runs the new code and has forgotten old results."""
#==> before
import functools
@functools.lru_cache(maxsize=None)
def f(x):
    return "old", x
@functools.lru_cache(maxsize=4)
def g(x):
    return "old", x
class C:
    @functools.lru_cache(maxsize=None)
    def method(self, x):
        return "old", x
#==> after
import functools
@functools.lru_cache(maxsize=None)
def f(x):
    return "new", x
@functools.lru_cache(maxsize=4)
def g(x):
    return "new", x
class C:
    @functools.lru_cache(maxsize=None)
    def method(self, x):
        return "new", x
#==> use
from m import f, g, C

held = {"f": f}
c = C()
f(1), g(1), c.method(1)

def check():
    import m
    assert f(1) == g(1) == c.method(1) == ("new", 1)
    assert f is m.f is held["f"] and g is m.g
    assert f.__wrapped__.__globals__ is vars(m)
