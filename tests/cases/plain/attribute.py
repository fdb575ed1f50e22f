"""Held in attributes of instances, classes and functions."""
#==> before
def f():
    return "old"
class C:
    v = "old"
#==> after
def f():
    return "new"
class C:
    v = "new"
#==> use
import m

class Holder:
    kind = m.C
    call = staticmethod(m.f)
    def __init__(self):
        self.f = m.f
        self.kinds = {"c": m.C}
def function():
    pass
function.f = m.f
holder = Holder()

def check():
    assert holder.f is m.f is Holder.call is function.f and holder.f() == "new"
    assert Holder.kind is m.C is holder.kinds["c"] and holder.kind.v == "new"
