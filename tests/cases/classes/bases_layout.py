"""A base with another layout: new instances have it, old ones are reported."""
#: without f: the old instance is held here
#==> before
class C:
    def v(self):
        return "old"
#==> after
class C(dict):
    def v(self):
        return "new"
#==> use
import m
from m import C

c = C()

def check():
    assert C is m.C and C(a=1) == {"a": 1} and C().v() == "new" and issubclass(C, dict)
    assert c.v() in ("new", "old")

def report(r):
    assert isinstance(c, m.C) or any("C" in str(x["object"]) for x in r["references"]["left"]), r["references"]
