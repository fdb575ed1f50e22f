"""Classes whose attributes raise when they are looked at, in the module and elsewhere."""
#==> before
class Bomb:
    def __get__(self, obj, cls):
        raise RuntimeError("looked at")
class C:
    bomb = Bomb()
    def v(self):
        return "old"
#==> after
class Bomb:
    def __get__(self, obj, cls):
        raise RuntimeError("looked at")
class C:
    bomb = Bomb()
    second = Bomb()
    def v(self):
        return "new"
#==> use
import m

class Mine(m.C):
    __slots__ = ()
    other = m.Bomb()
    @property
    def __dict__(self):
        raise RuntimeError("looked at")
    @property
    def __class__(self):
        raise RuntimeError("looked at")

c, mine = m.C(), Mine()

def check():
    assert c.v() == mine.v() == "new" and "second" in vars(m.C)
