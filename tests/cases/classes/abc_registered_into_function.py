"""A class that is registered with an abstract base class elsewhere becomes a function."""
#: without f: a new process cannot register it
#==> before
class C:
    pass
#==> after
def C():
    return "new"
#==> use
import abc
import m

class Abstract(abc.ABC):
    pass
Abstract.register(m.C)
c = m.C()
assert isinstance(c, Abstract) and not isinstance(1, Abstract)

def check():
    assert m.C() == "new"
    assert isinstance(c, Abstract) and not isinstance("", Abstract)

def report(r):
    assert r["references"]["left"]
