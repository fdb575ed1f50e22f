"""A class gets another base of the same layout: old instances have its methods."""
#==> before
class A:
    def a(self):
        return "old a"
class B:
    def b(self):
        return "old b"
class C(A):
    def c(self):
        return "old c"
#==> after
class A:
    def a(self):
        return "new a"
class B:
    def b(self):
        return "new b"
class C(B):
    def c(self):
        return "new c"
#==> use
import m

class Mine(m.C):
    pass

c, mine = m.C(), Mine()

def check():
    for x in c, mine:
        assert x.b() == "new b" and x.c() == "new c" and not hasattr(x, "a")
        assert isinstance(x, m.B) and not isinstance(x, m.A)
    assert m.C.__bases__ == (m.B,) and Mine.__mro__ == (Mine, m.C, m.B, object)
    assert m.C in m.B.__subclasses__() and m.C not in m.A.__subclasses__()
