"""map, filter, starmap, groupby, iter(callable, x), takewhile: the functions they call."""
#==> before
def double(x):
    return "old", x
def odd(x):
    return False
def key(x):
    return "old"
def produce():
    return "old"
#==> after
def double(x):
    return "new", x
def odd(x):
    return x % 2
def key(x):
    return x // 10
def produce():
    return "new"
#==> use
import functools
import itertools
import m

mapped = map(m.double, [1, 2])
odd = filter(m.odd, [1, 2, 3])
star = itertools.starmap(m.double, [(1,), (2,)])
grouped = itertools.groupby([1, 11, 12], m.key)
called = iter(m.produce, "stop")
acc = itertools.accumulate([1, 2], lambda a, b: m.double(b))

def check():
    assert list(mapped) == list(star) == [("new", 1), ("new", 2)]
    assert list(odd) == [1, 3] and [k for k, _ in grouped] == [0, 1]
    assert next(called) == "new" and list(acc) == [1, ("new", 2)]
