"""A deque and a list in the midst of iterations: these go on, after an undo as well."""
#: things
#==> use
import m
from collections import deque
from things import right

held = deque(["first", m.f, m.C, m.K, m.L, "last"])
listed = list(held)
loops = [iter(held), reversed(held), iter(listed)]
begun = [next(loop) for loop in loops]

def check():
    forth, back, along = map(list, loops)
    right(*forth[:4])
    assert forth == along == list(held)[1:] == listed[1:] and back == list(held)[-2::-1]
