"""Functions of the module that are methods of a class elsewhere."""
#: things
#==> use
import m

class Mine:
    f = m.f
    s = staticmethod(m.L)
    k = staticmethod(m.K)
    c = classmethod(m.f)
    p = property(m.L)

def check():
    assert vars(Mine)["f"] is m.f and vars(Mine)["s"].__func__ is m.L
    assert Mine.s() == "new" and type(Mine.k()) is m.K
    assert vars(Mine)["p"].fget is m.L and vars(Mine)["c"].__func__ is m.f
