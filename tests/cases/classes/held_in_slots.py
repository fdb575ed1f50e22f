"""Held in the slots of instances of other modules."""
#: things
#==> use
import m
from things import right

class Holder:
    __slots__ = ("f", "C", "K", "L", "__weakref__")
class Sub(Holder):
    __slots__ = ("more",)

def fill(h):
    h.f, h.C, h.K, h.L = m.f, m.C, m.K, m.L
    return h

held, sub = fill(Holder()), fill(Sub())
sub.more = m.K

def check():
    right(held.f, held.C, held.K, held.L)
    right(sub.f, sub.C, sub.more, sub.L)
