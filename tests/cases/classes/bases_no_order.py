"""A class elsewhere can have no mro with what its bases become: the reimport fails, and all classes are as they were."""
#: fails TypeError
#: without b: Python makes the tuples of its mro anew when bases are put back
#==> before
class b:
    pass
class d:
    pass
class c(b, d):
    __slots__ = ("s1", "s0")
class e(d):
    pass
class x:
    pass
class y:
    pass
def f():
    return 1
#==> after
c = None
class e:
    __slots__ = ("s1", "s0")
class b(e):
    pass
class d(e):
    pass
class x:
    pass
class y(x):
    pass
def f():
    return 2
#==> use
import m

class U0(m.d):
    pass
if m.c:
    class U1(m.c, U0):
        pass
    class V(m.x, m.y):
        pass
    o = U1()
    o.s0 = 1
    oc = m.c()
    classes = b, c, d, e, x, y = m.b, m.c, m.d, m.e, m.x, m.y
    before = [k.__mro__ for k in (*classes, U0, U1, V)]

def check():
    assert classes == (m.b, m.c, m.d, m.e, m.x, m.y) and m.f() == 1
    assert [k.__mro__ for k in (*classes, U0, U1, V)] == before
    assert e in d.__subclasses__() and U0 in d.__subclasses__() and V in x.__subclasses__()
    assert isinstance(o, c) and isinstance(o, U0) and o.s0 == 1
