"""Instances that the new top level made again as they were, with a __hash__ of their own: as keys they are found."""
#==> before
import shelf
class Mark:
    __slots__ = ("name",)
    def __hash__(self):
        return id(self) // 16
    def __eq__(self, other):
        return self is other
    def get(self):
        return "old"
class Value:
    __slots__ = ("n",)
    def __init__(self, n):
        self.n = n
    def __hash__(self):
        return hash((self.n, "value"))
    def __eq__(self, other):
        return self is other
FREE, BOUND, KEY, ITEM, DEEP, FAR = (Mark() for n in range(6))
VALUE = Value(5)
WORDS, METHODS, ITEMS = {KEY: "old", VALUE: "old"}, {BOUND.get: "old"}, {ITEM, VALUE}
TUPLES = {(1, frozenset([DEEP])): "old", (VALUE, 2): "old"}
shelf.words[FAR] = "old"
def default(mark=FREE, key=KEY):
    return mark, key
#==> after
import shelf
class Mark:
    __slots__ = ("name",)
    def __hash__(self):
        return id(self) // 16
    def __eq__(self, other):
        return self is other
    def get(self):
        return "new"
class Value:
    __slots__ = ("n",)
    def __init__(self, n):
        self.n = n
    def __hash__(self):
        return hash((self.n, "value"))
    def __eq__(self, other):
        return self is other
FREE, BOUND, KEY, ITEM, DEEP, FAR = (Mark() for n in range(6))
VALUE = Value(5)
WORDS, METHODS, ITEMS = {KEY: "new", VALUE: "new"}, {BOUND.get: "new"}, {ITEM, VALUE}
TUPLES = {(1, frozenset([DEEP])): "new", (VALUE, 2): "new"}
shelf.words[FAR] = "new"
def default(mark=FREE, key=KEY):
    return mark, key
#==> use shelf.py
words = {}
#==> use
import m
import shelf
from m import BOUND, FREE, VALUE

held = [FREE, BOUND, VALUE]

def check():
    assert held == [m.FREE, m.BOUND, m.VALUE] == [FREE, BOUND, VALUE] and FREE.get() == BOUND.get() == "new"
    assert m.WORDS[m.KEY] == m.WORDS[VALUE] == m.METHODS[m.BOUND.get] == shelf.words[m.FAR] == "new"
    assert m.ITEM in m.ITEMS and VALUE in m.ITEMS and len(m.WORDS) == len(m.ITEMS) == 2
    assert m.TUPLES[1, frozenset([m.DEEP])] == m.TUPLES[VALUE, 2] == "new"
    assert m.default() == (FREE, m.KEY)
