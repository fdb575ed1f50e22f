"""An lru_cache with another size; one that becomes plain, and the other way round."""
#==> before
import functools
@functools.lru_cache(maxsize=4)
def f(x):
    return "old", x
@functools.lru_cache(maxsize=4)
def g(x):
    return "old", x
def h(x):
    return "old", x
#==> after
import functools
@functools.lru_cache(maxsize=8)
def f(x):
    return "new", x
def g(x):
    return "new", x
@functools.lru_cache(maxsize=None)
def h(x):
    return "new", x
#==> use
from m import f, g, h

def check():
    import m
    assert f is m.f and g is m.g and h is m.h
    assert f(1) == g(1) == h(1) == ("new", 1)
    assert f.cache_info().maxsize == 8 and h.cache_info().maxsize is None and not hasattr(g, "cache_info")
