"""A dataclass: fields added and changed, generated methods, old instances."""
#==> before
from dataclasses import dataclass, field
from typing import List
@dataclass
class P:
    x: int
    y: int = 1
    def sum(self):
        return "old", self.x + self.y
@dataclass(order=True)
class Ordered:
    n: int
#==> after
from dataclasses import dataclass, field
from typing import List
@dataclass
class P:
    x: int
    y: int = 2
    z: List[int] = field(default_factory=list)
    def sum(self):
        return "new", self.x + self.y
@dataclass(order=True)
class Ordered:
    n: int
    more: int = 0
#==> use
import dataclasses
import m
from m import P

p = P(1, 1)
o = m.Ordered(1)
asdict = dataclasses.asdict(P(7))

def check():
    assert P is m.P and p.sum() == ("new", 2) and type(p) is P
    assert P(5) == P(5, 2, []) and repr(P(5)).endswith("P(x=5, y=2, z=[])")
    assert [f.name for f in dataclasses.fields(P)] == ["x", "y", "z"] == [f.name for f in dataclasses.fields(p)]
    assert o.more == 0 and m.Ordered(0) < m.Ordered(1, 5) and not o > m.Ordered(1)
    assert dataclasses.replace(P(1), z=[3]).z == [3]
