"""A method turns into property, classmethod, staticmethod and attribute, and back."""
#==> before
class C:
    def to_property(self):
        return "old"
    def to_class(self):
        return "old"
    def to_static(self):
        return "old"
    def to_value(self):
        return "old"
    @property
    def from_property(self):
        return "old"
    @classmethod
    def from_class(cls):
        return "old"
    @staticmethod
    def from_static():
        return "old"
    from_value = "old"
#==> after
class C:
    @property
    def to_property(self):
        return "new"
    @classmethod
    def to_class(cls):
        return "new"
    @staticmethod
    def to_static():
        return "new"
    to_value = "new"
    def from_property(self):
        return "new"
    def from_class(self):
        return "new"
    def from_static(self):
        return "new"
    def from_value(self):
        return "new"
#==> use
from m import C

c = C()

class D(C):
    pass

d = D()

def check():
    for x in (c, d):
        assert x.to_property == x.to_class() == x.to_static() == x.to_value == "new"
        assert x.from_property() == x.from_class() == x.from_static() == x.from_value() == "new"
