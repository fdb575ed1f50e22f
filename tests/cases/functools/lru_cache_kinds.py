"""An lru_cache that becomes unbounded, bounded, or empty: each keeps its results in another form."""
#==> before
import functools
@functools.lru_cache(maxsize=4)
def f(x):
    return ["old", x]
@functools.lru_cache(maxsize=None)
def g(x):
    return ["old", x]
@functools.lru_cache(maxsize=0)
def h(x):
    return ["old", x]
class C:
    @functools.lru_cache(maxsize=4)
    def m(self, x):
        return ["old", x]
#==> after
import functools
@functools.lru_cache(maxsize=None)
def f(x):
    return ["new", x]
@functools.lru_cache(maxsize=4)
def g(x):
    return ["new", x]
@functools.lru_cache(maxsize=4)
def h(x):
    return ["new", x]
class C:
    @functools.lru_cache(maxsize=None)
    def m(self, x):
        return ["new", x]
#==> use
from m import f, g, h, C
held = [f, g, h]
c = C()
for i in range(9):
    f(i), g(i), h(i), c.m(i)

def check():
    import m
    assert f is m.f and g is m.g and h is m.h and held == [f, g, h]
    for i in range(9):
        assert f(i) == g(i) == h(i) == c.m(i) == ["new", i]
        assert f(i) is f(i) and g(i) is g(i) and h(i) is h(i) and c.m(i) is c.m(i)
    assert f.cache_info().maxsize is None and g.cache_info().maxsize == h.cache_info().maxsize == 4
