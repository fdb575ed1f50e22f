"""A deque, bounded, rotated."""
#: things
#==> use
import m
from collections import deque
from things import right

held = deque([m.L, m.f, m.C, m.K], maxlen=4)
held.rotate(-1)
long = deque([None] * 500 + [m.K] + [None] * 500)

def check():
    right(*held)
    assert held.maxlen == 4 and long[500] is m.K and len(long) == 1001
