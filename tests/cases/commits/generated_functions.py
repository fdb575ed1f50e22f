"""Functions that a factory makes in a loop: each name has its own."""
#==> before
def make(name, value):
    def getter():
        return "old", value
    getter.__name__ = getter.__qualname__ = name
    return getter
for name in ("a", "b", "c"):
    globals()["get_" + name] = make("get_" + name, name)
handlers = [make("h%d" % i, i) for i in range(3)]
#==> after
def make(name, value):
    def getter():
        return "new", value
    getter.__name__ = getter.__qualname__ = name
    return getter
for name in ("c", "b", "d", "a"):
    globals()["get_" + name] = make("get_" + name, name)
handlers = [make("h%d" % i, i) for i in range(2)]
#==> use
import m
from m import get_a, get_b, get_c

def check():
    assert (get_a(), get_b(), get_c(), m.get_d()) == (("new", "a"), ("new", "b"), ("new", "c"), ("new", "d"))
    assert (get_a, get_b, get_c) == (m.get_a, m.get_b, m.get_c)
    assert [h() for h in m.handlers] == [("new", 0), ("new", 1)]
