"""Instances of subclasses of list, dict, set, tuple, deque."""
#: things
#==> use
import collections
import m
from things import right

class MyList(list):
    def __setitem__(self, i, v):
        raise TypeError("not this way")
class MyDict(dict):
    def __setitem__(self, k, v):
        raise TypeError("not this way")
    def __getitem__(self, k):
        return dict.__getitem__(self, k)
class MySet(set):
    def add(self, x):
        raise TypeError("not this way")
class MyTuple(tuple):
    pass
class MyDeque(collections.deque):
    pass

four = [m.f, m.C, m.K, m.L]
held = MyList(four), MyTuple(four), MyDeque(four)
named = MyDict(zip("fCKL", four))
keys = MyDict((x, x.__name__) for x in four)
within = MySet(four)
del four

def check():
    for h in held:
        right(*h)
    right(*named.values())
    right(*keys)
    assert keys[m.K] == "K" and m.L in within
