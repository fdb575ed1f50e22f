"""A dataclass becomes frozen, another thaws."""
#==> before
from dataclasses import dataclass
@dataclass
class A:
    x: int
@dataclass(frozen=True)
class B:
    x: int
#==> after
from dataclasses import dataclass
@dataclass(frozen=True)
class A:
    x: int
@dataclass
class B:
    x: int
#==> use
import m

a, b = m.A(1), m.B(1)

def check():
    b.x = 2
    assert b.x == 2 and hash(a) == hash(m.A(1))
    try:
        a.x = 2
    except AttributeError:
        return
    raise AssertionError("it is not frozen")
