"""An undo that gives classes their bases one by one would pass by one where a class elsewhere has no mro."""
#==> before
class b:
    pass
class d:
    pass
class c(b, d):
    __slots__ = ("s1", "s0")
class e(d):
    pass
#==> after
c = None
class e:
    __slots__ = ("s1", "s0")
class b(e):
    pass
class d(e):
    pass
#==> use
import m

class U0(m.d):
    pass
U1 = type("U1", (m.c, U0), {}) if m.c else None
o = U1() if U1 else None
if o:
    o.s0 = 1

def check():
    assert m.b.__mro__ == (m.b, m.e, object) and m.d.__mro__ == (m.d, m.e, object)
    assert U0.__mro__ == (U0, m.d, m.e, object) and m.c is None
    assert U1 is None or U1.__mro__[2:] == (m.b, *U0.__mro__) and o.s0 == 1

def report(r):
    reasons = {x["reason"] for x in r["references"]["left"]}
    assert all("layout" in x or "no class any more" in x for x in reasons), reasons
