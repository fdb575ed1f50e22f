"""A class elsewhere derives from classes that the new source makes functions: it stays as it is, and is reported."""
#==> before
import abc
class Plain:
    def go(self):
        return "old"
class Abstract(abc.ABC):
    pass
def f():
    return "old"
#==> after
def Plain():
    return "new"
def Abstract():
    return "new"
def f():
    return "new"
#==> use
import m

kept = m.Plain, m.Abstract
if isinstance(m.Plain, type):
    class One(m.Plain):
        pass
    class Both(m.Abstract, m.Plain):
        pass
    class Further(Both):
        pass
    derived = [One, Both, Further]
else:
    derived = []

def check():
    assert m.f() == m.Plain() == m.Abstract() == "new"
    if derived:
        assert [c().go() for c in derived] == ["old"] * 3

def report(r):
    left = {x["holder"]: x["object"] for x in r["references"]["left"]}
    assert left == {"One": "Plain", "Both": "Abstract"}, r["references"]["left"]
