"""A ChainMap."""
#: things
#==> use
import m
from collections import ChainMap
from things import right

held = ChainMap({"f": m.f, "K": m.K}, {"C": m.C, "L": m.L, m.L: 5})

def check():
    right(held["f"], held["C"], held["K"], held["L"])
    assert held[m.L] == 5
