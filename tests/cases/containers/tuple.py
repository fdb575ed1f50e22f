"""A tuple, nested, held from several places."""
#: things
#==> use
import m
from things import right

inner = (m.K, m.L)
held = (m.f, (m.C, inner))

def check():
    right(held[0], held[1][0], *held[1][1])
    assert held[1][1] is inner
