"""match patterns: class patterns, __match_args__."""
#: python 3.10
#==> before
class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y):
        self.x, self.y = x, y
class Other:
    pass
#==> after
class Point:
    __match_args__ = ("y", "x")
    def __init__(self, x, y):
        self.x, self.y = x, y
class Other:
    pass
class Sub(Point):
    pass
#==> use
import m
from m import Point, Other

def kind(p):
    match p:
        case Point(1, b):
            return "one", b
        case Point(x=a):
            return "x", a
        case Other():
            return "other"

old = Point(1, 2), Other()
[kind(o) for o in old]

def check():
    assert kind(old[0]) == ("x", 1) and kind(Point(5, 1)) == ("one", 5) and kind(old[1]) == "other"
    assert kind(m.Sub(2, 1)) == ("one", 2)
