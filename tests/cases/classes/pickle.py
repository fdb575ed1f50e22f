"""Pickling by name: old instances, classes, functions, bound methods, enum members, nested classes."""
#==> before
import enum
class C:
    def __init__(self, x):
        self.x = x
    def go(self):
        return "old", self.x
    class Nested:
        pass
class Color(enum.Enum):
    RED = 1
def f():
    return "old"
#==> after
import enum
class C:
    def __init__(self, x):
        self.x = x
    def go(self):
        return "new", self.x
    class Nested:
        new = True
class Color(enum.Enum):
    RED = 1
def f():
    return "new"
#==> use
import copy
import pickle
import m

c, nested = m.C(5), m.C.Nested()
held = [m.C, m.f, m.Color.RED, m.C.Nested]
dumped = pickle.dumps([c, held, c.go])

def check():
    again = pickle.loads(pickle.dumps([c, held, c.go]))
    assert again[1] == held == [m.C, m.f, m.Color.RED, m.C.Nested]
    assert type(again[0]) is m.C and again[0].go() == again[2]() == ("new", 5)
    old = pickle.loads(dumped)
    assert old[1] == held and old[0].go() == old[2]() == ("new", 5)
    assert type(pickle.loads(pickle.dumps(nested))) is m.C.Nested and nested.new
    assert copy.deepcopy(c).go() == ("new", 5)
