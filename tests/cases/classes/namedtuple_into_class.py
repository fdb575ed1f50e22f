"""Named tuples that become other classes have nothing left of what collections and typing made for them."""
#==> before
import collections, functools, typing
class P(typing.NamedTuple):
    x: int = 0
    y: int = 0
Q = collections.namedtuple("Q", "x y")
@functools.total_ordering
class T:
    __slots__ = ("a",)
    def __init__(self, a):
        self.a = a
    def __eq__(self, other):
        return self.a == other.a
    def __lt__(self, other):
        return self.a < other.a
#==> after
import dataclasses
@dataclasses.dataclass
class P:
    x: int = 0
    y: int = 0
class Q:
    def __init__(self, x, y):
        self.x, self.y = x, y
class T:
    __slots__ = ("a", "b")
    def __init__(self, a):
        self.a = a
#==> use
import m

def check():
    p, q, t = m.P(3, 4), m.Q(3, 4), m.T(3)
    assert (p.x, p.y, q.x, q.y, t.a) == (3, 4, 3, 4, 3)
    assert not isinstance(p, tuple) and not isinstance(q, tuple)
    for cls in m.P, m.Q:
        assert not [name for name in ("_make", "_replace", "_asdict", "__getnewargs__") if hasattr(cls, name)]
    assert "__ge__" not in vars(m.T)
