"""A list: places, order, the list itself."""
#: things
#==> use
import m
from things import right

held = [0, m.f, m.C, m.K, m.L, 9]
same = held

def check():
    right(*held[1:5])
    assert held is same and held[0] == 0 and held[5] == 9 and len(held) == 6
