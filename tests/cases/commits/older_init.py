"""Instances made by an older __init__ lack what the new one sets: they have the new methods all the same."""
#: without f: a new process has no such instance
#==> before
class C:
    def __init__(self):
        self.x = 1
    def get(self):
        return "old", self.x
#==> after
class C:
    def __init__(self):
        self.x = 1
        self.y = 2
    def get(self):
        return "new", self.x, getattr(self, "y", None)
#==> use
from m import C

c = C()

def check():
    assert c.get() == ("new", 1, None) and C().get() == ("new", 1, 2)
