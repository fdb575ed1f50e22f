"""The keys of a dict: look-ups work, the order stays."""
#: things
#==> use
import m
from things import right

held = {"first": 0, m.f: 1, m.C: 2, m.K: 3, m.L: 4, "last": 5}

def check():
    right(*list(held)[1:5])
    assert [held[k] for k in ("first", m.f, m.C, m.K, m.L, "last")] == [0, 1, 2, 3, 4, 5]
    assert list(held.values()) == [0, 1, 2, 3, 4, 5]
