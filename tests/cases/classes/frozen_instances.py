"""Instances, subclasses and functions that gc.freeze() hides, as pre-fork servers do."""
#==> before
class C:
    def v(self):
        return "old"
def make(n):
    def inner():
        return "old", n
    return inner
#==> after
class C:
    def v(self):
        return "new"
def make(n):
    def inner():
        return "new", n
    return inner
#==> use
import gc
import m

class Sub(m.C):
    pass
c, sub, inner = m.C(), Sub(), m.make(4)
hidden = [(c,), {"sub": sub}]
gc.freeze()

def check():
    assert c.v() == sub.v() == "new" and inner() == ("new", 4)
    assert type(c) is m.C and Sub.__bases__ == (m.C,)
