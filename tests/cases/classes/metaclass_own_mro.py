"""New bases, under a metaclass whose mro() is Python code: they would run it in the middle, so the class keeps its
bases, and is reported."""
#: without f: a new process has the new bases
#: without u: what is left as it was needs no undo
#==> before
from use import Meta
class A:
    pass
class B:
    pass
class C(A, metaclass=Meta):
    def f(self):
        return "old"
class Plain(A):
    pass
#==> after
from use import Meta
class A:
    pass
class B:
    pass
class C(B, metaclass=Meta):
    def f(self):
        return "new"
class Plain(B):
    pass
#==> use
asked = []
class Meta(type):
    def mro(cls):
        asked.append(cls)
        return super().mro()

import m

class Sub(m.Plain, metaclass=Meta):
    pass
c, C, Plain = m.C(), m.C, m.Plain

def check():
    assert m.C is C and c.f() == "new"
    assert C.__bases__ == (m.A,) and Plain.__bases__ == (m.A,)
    assert C not in asked[2:] and Sub not in asked[2:], asked

def report(r):
    left = [x["holder"] for x in r["references"]["left"] if "mro()" in x["reason"]]
    assert sorted(left) == ["C", "Plain"], r["references"]
