"""Slots added to a class without: old instances keep their values and work with the new ones."""
#==> before
class P:
    def __init__(self, x):
        self.x = x
    def show(self):
        return "old", self.x
#==> after
class P:
    __slots__ = ("x", "y")
    def __init__(self, x):
        self.x = x
    def show(self):
        self.y = self.x * 2
        return "new", self.x, self.y
#==> use
import m

p = m.P(5)
held = [p, {"p": p}]

def check():
    assert type(p) is m.P and held[0] is p and held[1]["p"] is p
    assert p.show() == ("new", 5, 10) and p.y == 10 and p.x == 5
    assert m.P(1).show() == ("new", 1, 2)

def report(r):
    left = r["references"]["left"]
    assert [x["object"] for x in left] == ["P"] and "keep their __dict__" in left[0]["reason"], left
