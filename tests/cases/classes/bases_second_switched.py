"""The second base of a class elsewhere gets another layout, which the class has room for."""
#==> before
class A:
    pass
class B:
    __slots__ = ()
    def v(self):
        return "old"
#==> after
class A:
    pass
class B:
    def v(self):
        return "new"
#==> use
import m

class Both(m.A, m.B):
    pass
b = Both()

def check():
    assert b.v() == "new"
    assert issubclass(Both, m.B) and isinstance(b, m.B) and Both.__mro__[2] is m.B
