"""Bound class methods, also of subclasses."""
#==> before
class C:
    name = "old"
    @classmethod
    def make(cls):
        return "old", cls
#==> after
class C:
    name = "new"
    @classmethod
    def make(cls):
        return "new", cls
#==> use
import m

class D(m.C):
    pass

held = [m.C.make, D.make, D().make]

def check():
    assert [h() for h in held] == [("new", m.C), ("new", D), ("new", D)]
