"""A frozenset, which is itself a key and an item of a set."""
#: things
#==> use
import m
from things import right

held = frozenset([m.f, m.C, m.K, m.L])
key, within = {held: 1}, {held}

def check():
    right(*sorted(held, key=lambda x: "fCKL".index(x.__name__)))
    again = frozenset([m.f, m.C, m.K, m.L])
    assert held == again and hash(held) == hash(again)
    assert key[again] == 1 and again in within and m.K in held
