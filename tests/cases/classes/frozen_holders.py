"""Holders that gc.freeze() hides from the collector."""
#: things
#==> use
import gc
import m
from things import right

held = [m.f, m.C, m.K, m.L]
nested = {"K": (m.K, [m.L])}

class Holder:
    def __init__(self):
        self.K = m.K
holder = Holder()
gc.collect()
gc.freeze()

def check():
    right(*held)
    assert nested["K"] == (m.K, [m.L]) and holder.K is m.K
