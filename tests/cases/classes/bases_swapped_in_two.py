"""Two classes from which one elsewhere derives get their bases in another order: with the one or the other alone it has no mro."""
#==> before
class P:
    def v(self):
        return "P"
class Q:
    def v(self):
        return "Q"
class X(P, Q):
    pass
class Y(P, Q):
    pass
#==> after
class P:
    def v(self):
        return "P"
class Q:
    def v(self):
        return "Q"
class X(Q, P):
    pass
class Y(Q, P):
    pass
#==> use
import m

class U(m.X, m.Y):
    def w(self):
        return self.v()
class Further(U):
    pass
X, Y = m.X, m.Y
o = Further()

def check():
    assert X is m.X and Y is m.Y
    assert U.__mro__ == (U, X, Y, m.Q, m.P, object) and Further.__mro__ == (Further, *U.__mro__)
    assert o.w() == U().w() == X().v() == "Q" and isinstance(o, Y)
    assert U in X.__subclasses__() and U in Y.__subclasses__() and Further in U.__subclasses__()
