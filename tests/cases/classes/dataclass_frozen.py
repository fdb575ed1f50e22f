"""A frozen dataclass, with old instances, in sets and as keys."""
#==> before
from dataclasses import dataclass
@dataclass(frozen=True)
class P:
    x: int
    y: int
    def sum(self):
        return "old", self.x + self.y
#==> after
from dataclasses import dataclass
@dataclass(frozen=True)
class P:
    x: int
    y: int
    def sum(self):
        return "new", self.x + self.y
    def diff(self):
        return self.x - self.y
#==> use
import dataclasses
import m

p = m.P(1, 2)
by = {p: "here"}

class Sub(m.P):
    pass

sub = Sub(3, 4)

def check():
    assert p.sum() == ("new", 3) and p.diff() == -1 and p == m.P(1, 2)
    assert by[m.P(1, 2)] == "here" and p in by
    assert sub.sum() == ("new", 7)
    try:
        p.x = 5
    except dataclasses.FrozenInstanceError:
        return
    raise AssertionError("it is not frozen any more")
