"""type(), make_dataclass, namedtuple, Enum and NamedTuple by function call."""
#==> before
import collections, dataclasses, enum, types, typing
def v(self):
    return "old"
A = type("A", (), {"v": v})
B = dataclasses.make_dataclass("B", ["x"], namespace={"v": v})
N = collections.namedtuple("N", "a b")
E = enum.Enum("E", "ONE TWO")
T = typing.NamedTuple("T", [("a", int)])
D = types.new_class("D", (A,), {}, lambda ns: ns.update(w=lambda self: "old"))
#==> after
import collections, dataclasses, enum, types, typing
def v(self):
    return "new"
A = type("A", (), {"v": v})
B = dataclasses.make_dataclass("B", ["x", ("y", int, 5)], namespace={"v": v})
N = collections.namedtuple("N", "a b")
N.sum = lambda self: self.a + self.b
E = enum.Enum("E", "ONE TWO THREE")
T = typing.NamedTuple("T", [("a", int)])
T.v = v
D = types.new_class("D", (A,), {}, lambda ns: ns.update(w=lambda self: "new"))
#==> use
import m
from m import A, B, N, E, T, D

a, b, n, e, t, d = A(), B(1), N(1, 2), E.ONE, T(1), D()

def check():
    assert (A, B, N, E, T, D) == (m.A, m.B, m.N, m.E, m.T, m.D)
    assert a.v() == b.v() == t.v() == d.v() == d.w() == "new" and n.sum() == 3
    assert B(2).y == 5 and len(E) == 3 and e is E.ONE is E(1) and isinstance(d, A)
