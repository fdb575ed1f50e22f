"""A live closure whose new code has other parameters: it gets the defaults that the source spells."""
#==> before
def deco(fn):
    def wrapper(*args, **words):
        return "old", fn(*args, **words)
    return wrapper
def retrying(fn):
    def wrapper(a):
        return fn(a)
    return wrapper
def make():
    class K:
        def f(self, a):
            return "old", a
    def fewer(a, b=1):
        return "old", a, b
    def moved(a, b=1, c=2):
        return "old", a, b, c
    return K, fewer, moved
TABLE = {"get": lambda a: ("old", a)}
#==> after
def deco(fn):
    def wrapper(*args, _trace=False, **words):
        return "new", _trace, fn(*args, **words)
    return wrapper
def retrying(fn):
    def wrapper(a, retries=3, *, pause=(1, 2)):
        return fn(a), retries, pause
    return wrapper
def make():
    class K:
        def f(self, a, *, b="b", **more):
            return "new", a, b
    def fewer(a):
        return "new", a
    def moved(a, d=-4, c=5, b=6):
        return "new", a, b, c, d
    return K, fewer, moved
TABLE = {"get": lambda a, b=7: ("new", a, b)}
#==> use
import m

@m.deco
def traced(x):
    return x
@m.retrying
def retried(x):
    return x
K, fewer, moved = m.make()
k, get = K(), m.TABLE["get"]

def check():
    assert traced(1) == ("new", False, 1)
    assert retried(1) == (1, 3, (1, 2)) and retried(1, 4, pause=0) == (1, 4, 0)
    assert k.f(1) == ("new", 1, "b") and K().f(1, b=2, c=3) == ("new", 1, 2)
    assert fewer(1) == ("new", 1) and not fewer.__defaults__
    # those that keep their names keep what they had, as defaults are made when a function is
    assert moved(0) in (("new", 0, 1, 2, -4), ("new", 0, 6, 5, -4))
    assert get(1) == ("new", 1, 7)
