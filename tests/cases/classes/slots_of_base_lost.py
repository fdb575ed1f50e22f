"""Classes no longer derive from the one that has their slots, or the __dict__ attribute: nothing gets out of reach."""
#==> before
class Slots:
    __slots__ = ("x",)
class Moved(Slots):
    def show(self):
        return "old", self.x, self.y
class WithDict:
    pass
class Dict(WithDict):
    def show(self):
        return "old"
class Lost:
    __slots__ = ("x",)
class Below(Lost):
    __slots__ = ()
#==> after
class Slots:
    __slots__ = ("x",)
class Moved:
    __slots__ = ("x", "__dict__")
    def show(self):
        return "new", self.x, self.y
class WithDict:
    pass
class Dict:
    def show(self):
        return "new"
class Lost:
    pass
class Below(Lost):
    pass
#==> use
import m

class Elsewhere(m.Below):
    pass

def made(c):
    o = c()
    o.x, o.y = 1, 2
    return o
moved, elsewhere, dict_ = made(m.Moved), made(Elsewhere), m.Dict()

def check():
    assert moved.show() == m.Moved.show(made(m.Moved)) == ("new", 1, 2) and vars(moved) == {"y": 2}
    assert dict_.show() == "new" and vars(made(m.Dict)) == {"x": 1, "y": 2}
    assert vars(elsewhere) == {"x": 1, "y": 2} and Elsewhere.__mro__ == (Elsewhere, m.Below, m.Lost, object)
    assert (type(moved), type(dict_), type(elsewhere)) == (m.Moved, m.Dict, Elsewhere)
