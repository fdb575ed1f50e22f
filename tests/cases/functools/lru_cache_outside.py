"""An lru_cache in another module over a function of this one: its stale results are dropped."""
#==> before
def load(x):
    return "old", x
class C:
    def v(self):
        return "old"
#==> after
def load(x):
    return "new", x
class C:
    def v(self):
        return "new"
#==> use
import functools
import m

cached = functools.lru_cache(maxsize=None)(m.load)

@functools.lru_cache(maxsize=16)
def around(x):
    return m.load(x)

@functools.lru_cache(maxsize=16)
def unrelated(x):
    return object()

cached(1), around(1)
kept = unrelated(1)

def check():
    assert cached(1) == ("new", 1) and cached.__wrapped__ is m.load
    assert unrelated(1) is kept
