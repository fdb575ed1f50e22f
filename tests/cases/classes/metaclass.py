"""A class with a metaclass of the same module; both change."""
#==> before
class Meta(type):
    def describe(cls):
        return "old meta " + cls.__name__
    def __call__(cls, *args):
        obj = super().__call__(*args)
        obj.made_by = "old"
        return obj
class C(metaclass=Meta):
    def v(self):
        return "old"
#==> after
class Meta(type):
    def describe(cls):
        return "new meta " + cls.__name__
    def __call__(cls, *args):
        obj = super().__call__(*args)
        obj.made_by = "new"
        return obj
class C(metaclass=Meta):
    def v(self):
        return "new"
#==> use
import m
from m import C

class Mine(C):
    pass
c = C()

def check():
    assert C.describe() == "new meta C" and Mine.describe() == "new meta Mine"
    assert C().made_by == "new" and c.v() == "new"
    assert type(C) is m.Meta is type(Mine) and C is m.C
