"""Bases of classes elsewhere become what is no class: these keep their bases and are reported."""
#: without f: a new process cannot make the classes
#==> before
class A:
    def v(self):
        return "a"
class B:
    def v(self):
        return "b"
class C:
    def v(self):
        return "c"
class D:
    def v(self):
        return "d"
class E:
    def v(self):
        return "e"
#==> after
import functools
A = ["new"]
B = functools.partial(int)
class Other:
    pass
C = Other()
@functools.lru_cache(None)
def D():
    return "new"
def E():
    return "new"
#==> use
import gc
import m

def derived(base):
    class Derived(base):
        def w(self):
            return super().v()
    Derived.__qualname__ = "Derived" + base.__name__
    return Derived
classes = [derived(getattr(m, name)) for name in "ABCDE"]
instances = [c() for c in classes]

def check():
    assert not any(isinstance(getattr(m, name), type) for name in "ABCDE")
    for name, c, o in zip("abcde", classes, instances):
        below = type("Below", (c,), {})
        assert o.w() == c().w() == below().w() == name and len(c.__mro__) == 3
    gc.collect()

def report(r):
    left = {(x["holder"], x["object"]): x["reason"] for x in r["references"]["left"]}
    for name in "ABCDE":
        assert "no class any more" in left["Derived" + name, name], left
