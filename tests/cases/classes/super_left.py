"""Instances that stay of the old class, because the new one lays them out differently, and of a removed one below it, find super()."""
#==> before
class B:
    n = 1
    def hi(self):
        return "B", self.n
class C(B):
    __slots__ = ("a",)
    def hi(self, more=()):
        return "old", super().hi(), *more
    @property
    def p(self):
        return "old", super().hi()
    @classmethod
    def k(cls):
        return "old", __class__.__base__.__name__
    @staticmethod
    def s():
        return __class__
class D(C):
    def hi(self):
        return "D", super().hi()
#==> after
class B:
    n = 1
    def hi(self):
        return "B", self.n
class C(dict, B):
    __slots__ = ("a", "z")
    def hi(self, more=(1,)):
        return "new", super().hi(), *more
    @property
    def p(self):
        return "new", super().hi()
    @classmethod
    def k(cls):
        return "new", __class__.__base__.__name__
    @staticmethod
    def s():
        return __class__
#==> use
import m

c, d = m.C(), m.D() if hasattr(m, "D") else None

def check():
    b = "B", 1
    assert m.C().hi() == ("new", b, 1) and m.C().p == ("new", b) and m.C.k() == ("new", "dict")
    assert m.C.s() is m.C
    assert c.hi() == ("new", b, 1) and c.p == ("new", b) and c.s() is type(c)
    if type(c) is not m.C:
        assert c.k() == ("new", "B")
    assert not d or d.hi() == ("D", ("new", b, 1)) and d.p == ("new", b)

def report(r):
    left = {x["holder"]: x["reason"] for x in r["references"]["left"]}
    assert {"C object", "D object"} >= set(left), left
