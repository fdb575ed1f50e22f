"""A named tuple gains a field: new ones have it, old ones keep what they have."""
#: without f: old instances are shorter
#==> before
from typing import NamedTuple
class P(NamedTuple):
    x: int
    def show(self):
        return "old", self.x
#==> after
from typing import NamedTuple
class P(NamedTuple):
    x: int
    y: int = 2
    def show(self):
        return "new", self.x
#==> use
import m

p = m.P(1)

def check():
    assert p.show() == ("new", 1) and tuple(p) == (1,)
    assert m.P(1) == (1, 2) and m.P(1).y == 2 and m.P._fields == ("x", "y")
