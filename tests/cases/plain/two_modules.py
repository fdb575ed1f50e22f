"""Two modules that use each other, reimported together."""
#: reimport m other
#==> before
import other
def f():
    return "old " + other.g()
class Base:
    v = "old"
#==> before other.py
import m
def g():
    return "old"
def late():
    class Sub(m.Base):
        pass
    return Sub()
#==> after
import other
def f():
    return "new " + other.g()
class Base:
    v = "new"
#==> after other.py
import m
def g():
    return "new"
def late():
    class Sub(m.Base):
        w = "new"
    return Sub()
#==> use
import m, other
from other import late

one = late()

def check():
    assert m.f() == "new new" and one.v == "new"
    assert isinstance(late(), m.Base) and late().w == "new" and isinstance(one, m.Base)
    assert m.other is other and other.m is m
