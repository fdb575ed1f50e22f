"""A diamond over three modules."""
#==> before
class Root:
    def go(self):
        return ["old root"]
class Left(Root):
    def go(self):
        return ["old left"] + super().go()
#==> after
class Root:
    def go(self):
        return ["new root"]
class Left(Root):
    def go(self):
        return ["new left"] + super().go()
#==> use right.py
from m import Root
class Right(Root):
    def go(self):
        return ["right"] + super().go()
#==> use
from m import Left
from right import Right

class Both(Left, Right):
    def go(self):
        return ["both"] + super().go()
both = Both()

def check():
    import m
    assert both.go() == ["both", "new left", "right", "new root"]
    assert Both.__mro__ == (Both, m.Left, Right, m.Root, object)
