"""Instances with slots, of a class that keeps its slots."""
#: without f: an instance holds what it was made with
#==> before
class P:
    __slots__ = ("x", "y")
    def __init__(self, x, y):
        self.x, self.y = x, y
    def sum(self):
        return "old", self.x + self.y
#==> after
class P:
    __slots__ = ("x", "y")
    def __init__(self, x, y):
        self.x, self.y = x, y
    def sum(self):
        return "new", self.x + self.y
    def diff(self):
        return self.x - self.y
#==> use
import m

p = m.P(5, 3)
x = m.P.x

def check():
    assert p.sum() == ("new", 8) and p.diff() == 2 and type(p) is m.P
    p.x = 10
    assert p.sum() == ("new", 13) and x.__get__(p) == 10 and not hasattr(p, "__dict__")
