"""One slot less, and slots taken away altogether."""
#==> before
class Fewer:
    __slots__ = ("x", "gone")
    def __init__(self):
        self.x, self.gone = 1, 2
    def show(self):
        return "old", self.x
class Free:
    __slots__ = ("x",)
    def __init__(self):
        self.x = 1
    def show(self):
        return "old", self.x
#==> after
class Fewer:
    __slots__ = ("x",)
    def __init__(self):
        self.x = 1
    def show(self):
        return "new", self.x
class Free:
    def __init__(self):
        self.x = 1
    def show(self):
        self.any = "thing"
        return "new", self.x
#==> use
import m

fewer, free = m.Fewer(), m.Free()

def check():
    assert fewer.show() == ("new", 1) and not hasattr(fewer, "gone") and type(fewer) is m.Fewer
    assert free.show() == ("new", 1) and vars(free) == {"x": 1, "any": "thing"} and type(free) is m.Free
