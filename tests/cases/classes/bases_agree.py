"""A class that could keep its layout does not where, beside another base of the same class, that would be a conflict."""
#==> before
class e:
    __slots__ = ("s0", "__dict__")
class b:
    __slots__ = ("s0",)
class c(e):
    def v(self):
        return "old"
#==> after
class e:
    __slots__ = ()
class b:
    __slots__ = ("s0", "__dict__")
class c(b, e):
    def v(self):
        return "new"
#==> use
import m

c, other = m.c(), m.e()
try:
    class U(m.b, m.e):
        pass
except TypeError:
    U = m.e
u = U()

def check():
    assert m.c.__mro__ == (m.c, m.b, m.e, object) and isinstance(c, m.c) and isinstance(c, m.b)
    assert c.v() == m.c().v() == "new"
    assert isinstance(u, m.e) and isinstance(other, m.e)
    for o in c, m.c(), m.b():
        o.s0 = o.s1 = 1
        assert o.s0 == 1 and o.__dict__ == {"s1": 1}

def report(r):
    reasons = {x["reason"] for x in r["references"]["left"]}
    assert all("layout" in x for x in reasons), reasons
