"""A property object held outside: getter, setter, deleter, doc."""
#==> before
class C:
    _x = 1
    @property
    def x(self):
        "Old doc."
        return "old"
    @x.setter
    def x(self, v):
        self._x = "old", v
#==> after
class C:
    _x = 1
    @property
    def x(self):
        "New doc."
        return "new"
    @x.setter
    def x(self, v):
        self._x = "new", v
    @x.deleter
    def x(self):
        self._x = "deleted"
#==> use
import m

class Mine:
    x = m.C.x
    _x = None

mine = Mine()

def check():
    assert mine.x == "new"
    mine.x = 5
    assert mine._x == ("new", 5)
    del mine.x
    assert mine._x == "deleted" and m.C.x.__doc__ == "New doc."
    assert Mine.x.fget is m.C.x.fget
