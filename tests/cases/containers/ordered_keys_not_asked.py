"""OrderedDicts with keys whose __hash__ and __eq__ are in Python: no key is asked, as a value changes or another key does."""
#==> before
def K():
    return "old"
class Gone:
    pass
#==> after
class K:
    def __new__(cls):
        return "new"
#==> use
import m, sys
from collections import OrderedDict

asked = bytearray()
def ask(frame):
    """Mode u takes a picture of what OrderedDicts show, which asks their keys."""
    if not (frame and frame.f_code.co_filename.endswith("snapshot.py")):
        asked.append(1)

class Q:
    def __init__(self, n):
        self.n = n
    def __hash__(self):
        ask(sys._getframe().f_back)
        return self.n % 3
    def __eq__(self, other):
        ask(sys._getframe().f_back)
        return self is other

keys = [Q(n) for n in range(9)]
values = OrderedDict((key, m.K) for key in keys)
values.move_to_end(keys[0])
begun = iter(values)
first = next(begun)
keyed = OrderedDict([(m.K, 1), ((m.K, 2), 2), (keys[1], 3), (keys[0], 0)])
gone = OrderedDict([(keys[0], getattr(m, "Gone", 1)), (keys[1], 1), (keys[2], m.K)])
if not hasattr(m, "Gone"):
    del gone[keys[0]]
del asked[:]

def check():
    before = len(asked)
    try:
        assert [value() for value in dict.values(values)] == ["new"] * 9
        assert first is keys[1] and list(begun) == keys[2:] + keys[:1] and list(values) == keys[1:] + keys[:1]
        assert list(keyed) == [m.K, (m.K, 2), keys[1], keys[0]] and list(keyed.values()) == [1, 2, 3, 0]
        assert keyed[m.K] == 1 and keyed[m.K, 2] == 2 and keyed[keys[0]] == 0
        assert list(gone) == keys[1:3] and gone[keys[2]] is m.K
        for held in values, keyed, gone:
            copy = OrderedDict(held)
            held["more"] = m
            held.move_to_end("more", last=False)
            assert next(iter(held)) == "more" and held.popitem(last=False) == ("more", m)
            for key in list(held):
                assert held.pop(key) is copy[key]
            assert not held and not list(held)
    finally:
        del asked[:]
    assert not before, before
