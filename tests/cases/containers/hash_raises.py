"""In containers next to keys and items whose own __eq__ and __hash__ raise when called."""
#: things
#==> use
import m
from things import right

class Hostile:
    armed = False
    def __hash__(self):
        if Hostile.armed:
            raise RuntimeError("hash called")
        return hash(m.f)
    def __eq__(self, other):
        if Hostile.armed:
            raise RuntimeError("eq called")
        return self is other

table = {Hostile(): 1, m.f: "f", m.K: "K", Hostile(): 2}
within = {Hostile(), m.K}
listed = [Hostile(), m.f, m.C, m.K, m.L]
Hostile.armed = True

def check():
    Hostile.armed = False
    right(*listed[1:])
    assert table[m.f] == "f" and table[m.K] == "K" and m.K in within and len(table) == 4
