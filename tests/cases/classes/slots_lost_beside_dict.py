"""A class whose instances have slots and a dict loses slots: what they hold goes into the dict."""
#==> before
class Base:
    pass
class All(Base):
    __slots__ = ("x", "y")
    def show(self):
        return "old", self.x, self.y
class One(Base):
    __slots__ = ("x", "y")
    def show(self):
        return "old", self.x, self.y
class Other(Base):
    __slots__ = ("x",)
    def show(self):
        return "old", self.x
#==> after
class Base:
    pass
class All(Base):
    def show(self):
        return "new", self.x, self.y
class One(Base):
    __slots__ = ("x",)
    def show(self):
        return "new", self.x, self.y
class Other(Base):
    __slots__ = ("y",)
    def show(self):
        self.y = 5
        return "new", self.x, self.y
#==> use
import m

def made(c):
    o = c()
    o.x, o.y = 1, 2
    return o
all, one, other = [made(c) for c in (m.All, m.One, m.Other)]

def check():
    assert all.show() == one.show() == ("new", 1, 2) and other.show() == ("new", 1, 5)
    assert vars(all) == {"x": 1, "y": 2} and vars(one) == {"y": 2}
    assert not hasattr(m.All, "x") and not hasattr(m.One, "y") and m.Other.y.__objclass__ is m.Other
    assert (type(all), type(one), type(other)) == (m.All, m.One, m.Other)
