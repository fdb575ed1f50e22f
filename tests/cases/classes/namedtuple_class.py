"""NamedTuple classes of the module, with methods, and their instances."""
#==> before
from collections import namedtuple
from typing import NamedTuple
class P(NamedTuple):
    x: int
    y: int = 1
    def sum(self):
        return "old", self.x + self.y
Q = namedtuple("Q", "a b")
#==> after
from collections import namedtuple
from typing import NamedTuple
class P(NamedTuple):
    x: int
    y: int = 2
    def sum(self):
        return "new", self.x + self.y
Q = namedtuple("Q", "a b", defaults=[5])
#==> use
import m
from m import P, Q

p, q = P(1, 1), Q(1, 2)
by = {p: "p"}

def check():
    assert p.sum() == ("new", 2) and type(p) is m.P is P and P(1) == (1, 2)
    assert Q(1) == (1, 5) and type(q) is m.Q is Q and q.b == 2
    assert by[P(1, 1)] == "p" and isinstance(p, P)
