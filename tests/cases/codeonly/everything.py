"""--code-only: live functions of every kind get their new code, and the top level does not run."""
#: options --code-only
#: without fptab: the new source changes its top level, too
#==> before
import functools

ran = ["before"]
LIMIT = 10
registry = []

def deco(f):
    @functools.wraps(f)
    def wrapper(*args):
        return "wrapped before", f(*args)
    return wrapper

@deco
def decorated(x):
    return "before", x, LIMIT

def plain(x=1):
    """Doc before."""
    return "before", x

class C:
    K = "before"

    def __init__(self):
        self.v = None

    def meth(self):
        return "before"

    @property
    def p(self):
        return "before get"

    @p.setter
    def p(self, v):
        self.v = "before set", v

    @classmethod
    def cm(cls):
        return "before", cls

    @staticmethod
    def sm():
        return "before"

    def __private(self):
        return "before"

    def public(self):
        return self.__private()

    class N:
        def deep(self):
            return "before"

registry.append(lambda: "before a")
registry.append(lambda: "before b")

def outer():
    n = 0
    def inner():
        nonlocal n
        n += 1
        return "before", n
    return inner

def gen():
    yield "before"
    yield "before"

async def co():
    return "before"

@functools.lru_cache(None)
def cached(x):
    return "before", x

def dropped():
    return "before"
#==> after
import functools

assert not __name__, "the top level runs"
LIMIT = 20
registry = []

def deco(f):
    @functools.wraps(f)
    def wrapper(*args):
        return "wrapped after", f(*args)
    return wrapper

@deco
def decorated(x):
    return "after", x, LIMIT

def plain(x=2):
    """Doc after."""
    return "after", x

class C:
    K = "after"

    def __init__(self):
        self.v = None

    def meth(self):
        return "after"

    @property
    def p(self):
        return "after get"

    @p.setter
    def p(self, v):
        self.v = "after set", v

    @classmethod
    def cm(cls):
        return "after", cls

    @staticmethod
    def sm():
        return "after"

    def __private(self):
        return "after"

    def public(self):
        return self.__private()

    class N:
        def deep(self):
            return "after"

registry.append(lambda: "after a")
registry.append(lambda: "after b")

def outer():
    n = 0
    def inner():
        nonlocal n
        n += 1
        return "after", n
    return inner

def gen():
    yield "after"
    yield "after"

async def co():
    return "after"

@functools.lru_cache(None)
def cached(x):
    return "after", x

def dropped():
    return "after"
#==> use
import sys
import m
from m import C, decorated, outer, plain

held = [m.C().meth, C.cm, C.sm, C().public, m.cached, m.dropped]
registry = m.registry
c = C()
inner = outer()
inner()
suspended = m.gen()
next(suspended)
m.cached(1)
before = dict(vars(m))
del m.dropped

def check():
    assert decorated(1) == ("wrapped after", ("after", 1, 10))
    assert plain() == ("after", 1) and plain.__doc__ == "Doc before."
    assert held[0]() == "after" and held[1]() == ("after", C) and held[2]() == "after"
    assert held[3]() == "after" and held[5]() == "after"
    assert held[4](1) == ("before", 1) and held[4](2) == ("after", 2)
    assert c.p == "after get"
    c.p = 3
    assert c.v == ("after set", 3) and c.K == "before" and c.N().deep() == "after"
    assert [f() for f in registry] == ["after a", "after b"] and m.registry is registry
    assert inner() == ("after", 2)
    assert next(suspended) == "before" and next(m.gen()) == "after"
    try:
        m.co().send(None)
    except StopIteration as e:
        assert e.value == "after"
    assert m.LIMIT == 10 and m.ran == ["before"]
    now = dict(vars(m), dropped=before["dropped"])
    assert now.keys() == before.keys() and all(now[k] is before[k] for k in now)

def report(json):
    module, = json["modules"]
    assert json["result"] == "reimported" and json["op"] == "code-only" and json["changed"] is True
    assert module["functions"]["updated"] == [
        "deco", "deco.<locals>.wrapper", "decorated", "plain", "C.meth", "C.p", "C.cm", "C.sm",
        "C.__private", "C.N.deep", "<lambda>", "outer", "outer.<locals>.inner", "gen", "co", "cached", "dropped"]
    assert module["swapped"] == 19, module["swapped"]  # __init__ and public are the same
    assert module["functions"]["added"] == module["functions"]["removed"] == []
    assert module["classes"] == {"updated": [], "added": [], "removed": []}
    found = [(e["what"], e["name"]) for e in module["beyond"]]
    assert found == [("constant", "LIMIT"), ("constant", "C.K"), ("new function", "dropped"),
                     ("docstring", "plain"), ("defaults", "plain")], found
    assert json["references"] == {"switched": 0, "removed": 0, "left": []}
    assert [(s["kind"], s["function"]) for s in json["stale"]] == [("generator", "gen")]
