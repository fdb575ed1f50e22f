"""Functions and lambdas that nothing but a keyword default holds."""
#==> before
def f(*, k=lambda v: ("old", v)):
    return k
class C:
    def g(self, *, coerce=lambda v: ("old", v), other=[lambda: "old"]):
        return coerce, other
#==> after
def f(*, k=lambda v: ("new", v)):
    return k
class C:
    def g(self, *, coerce=lambda v: ("new", v), other=[lambda: "new"]):
        return coerce, other
#==> use
import m

f, c = m.f, m.C()

def check():
    assert f()(1) == ("new", 1) and f is m.f
    coerce, other = c.g()
    assert coerce(2) == ("new", 2) and other[0]() == "new"
