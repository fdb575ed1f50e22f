"""Named tuples from collections and from typing."""
#: things
#==> use
import m
from collections import namedtuple
from typing import Any, NamedTuple
from things import right

Four = namedtuple("Four", "f C K L")

class Typed(NamedTuple):
    f: Any
    C: Any
    K: Any
    L: Any

held = Four(m.f, m.C, m.K, m.L)
typed = Typed(*held)
key = {held: 1}

def check():
    right(held.f, held.C, held.K, held.L)
    right(*typed)
    assert key[Four(m.f, m.C, m.K, m.L)] == 1
