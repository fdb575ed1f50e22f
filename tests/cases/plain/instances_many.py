"""Many instances, some in containers, keep their state."""
#==> before
class Point:
    def __init__(self, x):
        self.x = x
    def show(self):
        return "old", self.x
#==> after
class Point:
    def __init__(self, x, y=0):
        self.x = x
        self.y = y
    def show(self):
        return "new", self.x
#==> use
from m import Point

points = [Point(i) for i in range(100)]
by_x = {p.x: p for p in points}

def check():
    import m
    assert [p.show() for p in points] == [("new", i) for i in range(100)]
    assert all(type(p) is m.Point for p in by_x.values())
    assert Point(1, 2).y == 2
