"""... and __reimported__ can mend them."""
#: without u: what the callback did is not taken back
#==> before
import weakref
live = weakref.WeakSet()
class C:
    def __init__(self):
        self.x = 1
        live.add(self)
    def get(self):
        return "old", self.x
#==> after
import weakref
live = weakref.WeakSet()
class C:
    def __init__(self):
        self.x = 1
        self.y = 2
        live.add(self)
    def get(self):
        return "new", self.x, self.y
def __reimported__(old):
    global live
    live = old.live
    for c in live:
        if not hasattr(c, "y"):
            c.y = 2
    return True
#==> use
from m import C

c = C()

def check():
    assert c.get() == ("new", 1, 2) == C().get()
