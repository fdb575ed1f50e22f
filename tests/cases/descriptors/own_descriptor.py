"""Descriptors of the module: classes with __get__, __set__ and __set_name__."""
#==> before
class Field:
    def __init__(self, default):
        self.default = default
    def __set_name__(self, owner, name):
        self.name = name
    def __get__(self, obj, cls):
        return "old", self.name, self.default
class C:
    a = Field(1)
#==> after
class Field:
    def __init__(self, default):
        self.default = default
    def __set_name__(self, owner, name):
        self.name = name
    def __get__(self, obj, cls):
        return "new", self.name, self.default
    def __set__(self, obj, value):
        obj.was_set = value
class C:
    a = Field(2)
    b = Field(3)
#==> use
import m

class Mine:
    z = m.Field(26)

c, mine = m.C(), Mine()

def check():
    assert c.a == ("new", "a", 2) and c.b == ("new", "b", 3)
    assert mine.z == ("new", "z", 26)
    mine.z = 5
    assert mine.was_set == 5 and "z" not in vars(mine)
