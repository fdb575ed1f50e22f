"""A slot comes from another class than before, beside which the old one would be a conflict of layouts: forward and back."""
#==> before
class a:
    __slots__ = ("s0",)
class d(a):
    __slots__ = ("s0",)
#==> after
class a:
    __slots__ = ()
class b(a):
    pass
class d:
    __slots__ = ("s0",)
#==> use
import m

class U0(m.d, m.a):
    __slots__ = ()
a, d = m.a, m.d
o = U0()
o.s0 = 1

def check():
    assert d.__mro__ == (d, object) and a is m.a and d is m.d
    assert U0.__mro__ == (U0, m.d, m.a, object) and type(o) is U0
    assert isinstance(o, m.a) and isinstance(o, m.d) and o.s0 == 1
