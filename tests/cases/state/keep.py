"""`__reimport_keep__`: the old values of the names in it stay, and what else the new source makes
uses them."""
#: without a: the old source keeps nothing, so that its own values come back
#: without b: data that the new source put elsewhere stays there
#==> before
CACHE = {"n": 1}
COUNT = 5
GONE = ["old"]
def kept():
    return "old", VALUE
class Kept:
    v = "old"
    def m(self):
        return "old", VALUE
def make():
    def inner():
        return "old"
    return inner
closure = make()
VALUE = "old"
def get(cache=CACHE):
    return cache
#==> after
__reimport_keep__ = ("CACHE", "COUNT", "GONE", "kept", "Kept", "ADDED", "closure", "nowhere")
import registry
CACHE = {"n": 0}
COUNT = 0
ADDED = "new"
def kept():
    return "new", VALUE
class Kept:
    v = "new"
    def m(self):
        return "new", VALUE
class Sub(Kept):
    pass
instance = Kept()
def make():
    def inner():
        return "new"
    return inner
closure = make()
VALUE = "new"
alias = [kept, CACHE]
registry.seen[:] = [kept, Kept, CACHE]
def get(cache=CACHE):
    return cache
def count():
    return COUNT
#==> use registry.py
seen = []
#==> use holder.py
from m import COUNT, CACHE, kept
#==> use
import m
import holder
import registry
old = {n: getattr(m, n) for n in ("CACHE", "kept", "Kept", "closure")}
old_get = m.get
fresh = "ADDED" in vars(m)
held = m.Kept()

def check():
    if fresh:
        return
    for n in old:
        assert getattr(m, n) is old[n], n
    assert m.CACHE == {"n": 1} and m.get() is m.CACHE and old_get() is m.CACHE
    assert m.COUNT == 5 and m.count() == 5 and m.GONE == ["old"] and m.ADDED == "new"
    assert m.kept() == ("old", "new") and m.Kept.v == "old" and held.m() == ("old", "new")
    assert m.closure() == "old" and m.make()() == "new"
    assert m.alias == [m.kept, m.CACHE] and m.alias[1] is m.CACHE
    assert registry.seen[0] is m.kept and registry.seen[1] is m.Kept and registry.seen[2] is m.CACHE
    assert type(m.instance) is m.Kept and m.Sub.__bases__ == (m.Kept,)
    assert holder.COUNT == 5 and holder.CACHE is m.CACHE and holder.kept is m.kept
    assert not hasattr(m, "nowhere")
