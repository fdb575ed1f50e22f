"""Instances of subclasses of containers that hold what is switched both as an item and as an attribute."""
#==> before
def K():
    return "old"
def L():
    return "old"
#==> after
class K:
    def __new__(cls):
        return "new"
class L:
    def __new__(cls):
        return "new"
#==> use
import collections, m

class Lst(list): pass
class Dct(dict): pass
class St(set): pass
class Fs(frozenset): pass
class Dq(collections.deque): pass
held = [Lst([m.K]), Dct(a=m.K), St([m.K]), Fs([m.K]), Dq([m.K])]
for one in held:
    one.q = m.L

def check():
    for one in held:
        items = list(one.values()) if isinstance(one, dict) else list(one)
        assert items == [m.K] and one.q is m.L and one.q() == items[0]() == "new", type(one)
    assert m.K in held[2] and m.K in held[3]
