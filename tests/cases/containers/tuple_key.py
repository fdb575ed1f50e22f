"""A tuple as key of a dict and in a set: found by an equal one."""
#: things
#==> use
import m
from things import right

held = {(m.f, m.C, m.K, m.L): 1}
nested = {("x", (m.K, (m.L,))): 2}
within = {(m.K, 1), (m.f, 2)}
hash(next(iter(held)))

def check():
    right(*next(iter(held)))
    assert held[m.f, m.C, m.K, m.L] == 1
    assert nested["x", (m.K, (m.L,))] == 2
    assert (m.K, 1) in within and (m.f, 2) in within and len(within) == 2
