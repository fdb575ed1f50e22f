"""A set."""
#: things
#==> use
import m
from things import right

held = {m.f, m.C, m.K, m.L}

def check():
    assert len(held) == 4
    right(*sorted(held, key=lambda x: "fCKL".index(x.__name__)))
    assert all(x in held for x in (m.f, m.C, m.K, m.L))
