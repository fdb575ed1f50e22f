"""A Counter, whose keys count."""
#: things
#==> use
import m
from collections import Counter

held = Counter([m.f, m.K, m.K, m.C, m.L])

def check():
    assert {k() for k in held if k in (m.f, m.L)} == {"new"}
    assert (held[m.f], held[m.C], held[m.K], held[m.L]) == (1, 1, 2, 1)
    assert sum(held.values()) == 5 and held.most_common(1) == [(m.K, 2)]
