"""What another module put on a class is on the one that takes its place, too, which lays out instances differently."""
#==> before
class C:
    __slots__ = ("a",)
    def v(self):
        return "old"
    def gone(self):
        return "old"
#==> after
class C:
    __slots__ = ("a", "b")
    def v(self):
        return "new"
#==> use
import m

def helper(self):
    return "put"
m.C.plain = helper
m.C.prop = property(helper)
c = m.C()
c.a = 1

def check():
    for x in c, m.C():
        assert x.v() == "new" and x.plain() == x.prop == "put" and not hasattr(x, "gone")
    assert c.a == 1 and hasattr(m.C, "b")
