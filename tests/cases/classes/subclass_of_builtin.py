"""Subclasses of int, str, list, dict, tuple, bytes, float, set, with old instances."""
#==> before
def both(base):
    class Local(base):
        def v(self):
            return "old"
    return Local
class Int(int):
    def v(self):
        return "old"
class Str(str):
    def v(self):
        return "old"
class List(list):
    def v(self):
        return "old"
class Dict(dict):
    def v(self):
        return "old"
    def __missing__(self, k):
        return "old"
class Tuple(tuple):
    def v(self):
        return "old"
class Float(float):
    def v(self):
        return "old"
class Set(set):
    def v(self):
        return "old"
#==> after
def both(base):
    class Local(base):
        def v(self):
            return "new"
    return Local
class Int(int):
    def v(self):
        return "new"
class Str(str):
    def v(self):
        return "new"
class List(list):
    def v(self):
        return "new"
class Dict(dict):
    def v(self):
        return "new"
    def __missing__(self, k):
        return "new"
class Tuple(tuple):
    def v(self):
        return "new"
class Float(float):
    def v(self):
        return "new"
class Set(set):
    def v(self):
        return "new"
#==> use
import m

held = [m.Int(5), m.Str("s"), m.List([1]), m.Dict(a=1), m.Tuple([1, 2]), m.Float(1.5), m.Set([3])]
local = m.both(int)(7)

def check():
    assert [h.v() for h in held] == ["new"] * 7 and local.v() == "new"
    assert [5, "s", [1], {"a": 1}, (1, 2), 1.5, {3}] == held
    assert held[3]["?"] == "new" and type(held[0]) is m.Int
