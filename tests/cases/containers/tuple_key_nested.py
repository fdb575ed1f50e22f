"""Keys that are tuples in tuples, after a second change too."""
#: things
#==> use
import m
from things import right
inner = (m.K,)
outer = (1, inner)
d = {outer: 1, inner: 2, (m.L, m.f): 3}
s = {outer, (m.L,)}
def check():
    right(m.f, m.C, inner[0], next(key[0] for key in d if len(key) == 2 and key is not outer))
    assert d[outer] == 1 and d[(1, (m.K,))] == 1 and d[inner] == 2 and d[(m.L, m.f)] == 3 and hash(outer) == hash((1, (m.K,)))
    assert outer in s and (m.L,) in s and (1, (m.K,)) in s
