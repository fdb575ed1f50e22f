"""A dataclass with slots, made twice by its decorator."""
#: python 3.10
#==> before
from dataclasses import dataclass
@dataclass(slots=True)
class P:
    x: int
    y: int = 1
    def sum(self):
        return "old", self.x + self.y
    def of(self):
        return __class__
#==> after
from dataclasses import dataclass
@dataclass(slots=True)
class P:
    x: int
    y: int = 1
    def sum(self):
        return "new", self.x + self.y
    def of(self):
        return "new", P
#==> use
import m

p = m.P(1)

def check():
    assert p.sum() == ("new", 2) and p.of() == ("new", m.P) and type(p) is m.P
    assert m.P(3).sum() == ("new", 4) and p == m.P(1)
