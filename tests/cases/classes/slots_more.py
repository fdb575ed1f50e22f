"""One slot more: old instances keep their values."""
#==> before
class P:
    __slots__ = ("x",)
    def __init__(self, x):
        self.x = x
    def show(self):
        return "old", self.x
#==> after
class P:
    __slots__ = ("a", "x", "y")
    def __init__(self, x):
        self.x = x
    def show(self):
        self.y = 1
        return "new", self.x, self.y
#==> use
import m

p = m.P(5)
class Sub(m.P):
    __slots__ = ("z",)
sub = Sub(6)
sub.z = 7

def check():
    assert type(p) is m.P and p.show() == ("new", 5, 1)
    assert sub.show() == ("new", 6, 1) and sub.z == 7
