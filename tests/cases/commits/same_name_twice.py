"""Classes and functions defined twice in one module, the first one in use by the second."""
#==> before
class C:
    def a(self):
        return "old first"
First = C
class C(C):
    def b(self):
        return "old second"
def f():
    return "old inner"
def wrap(inner):
    def f():
        return "old outer " + inner()
    return f
f = wrap(f)
#==> after
class C:
    def a(self):
        return "new first"
First = C
class C(C):
    def b(self):
        return "new second"
def f():
    return "new inner"
def wrap(inner):
    def f():
        return "new outer " + inner()
    return f
f = wrap(f)
#==> use
import m
from m import C, First, f

c = C()

def check():
    assert c.a() == "new first" and c.b() == "new second" and f() == "new outer new inner"
    assert C is m.C and First is m.First is C.__bases__[0] and f is m.f
