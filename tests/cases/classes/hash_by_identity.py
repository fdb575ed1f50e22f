"""Slots more in instances whose own __hash__ tells them apart: as keys they stay of the old class, and are found; the others follow."""
#==> before
class P:
    __slots__ = ("x", "__weakref__")
    def __init__(self, x):
        self.x = x
    def __hash__(self):
        return id(self) // 16
    def __eq__(self, other):
        return self is other
    def get(self):
        return "old", self.x
class Typed(P):
    __slots__ = ()
    def __hash__(self):
        return hash((type(self), self.x))
class Holding:
    __slots__ = ("p",)
    def __init__(self, p):
        self.p = p
    def __hash__(self):
        return hash(self.p)
    def __eq__(self, other):
        return self.p is other.p
#==> after
class P:
    __slots__ = ("x", "y", "__weakref__")
    def __init__(self, x):
        self.x = x
    def __hash__(self):
        return id(self) // 16
    def __eq__(self, other):
        return self is other
    def get(self):
        return "new", self.x
class Typed(P):
    __slots__ = ()
    def __hash__(self):
        return hash((type(self), self.x))
class Holding:
    __slots__ = ("p", "q")
    def __init__(self, p):
        self.p = p
    def __hash__(self):
        return hash(self.p)
    def __eq__(self, other):
        return self.p is other.p
#==> use
import collections
import weakref
import m

class Mine:
    def __init__(self, p):
        self.p = p
    def __hash__(self):
        return hash(self.p)
    def __eq__(self, other):
        return self.p is other.p

free, bound, *keyed = made = [m.P(n) for n in range(9)]
one, item, deep, ordered, weak, *held = keyed
typed, holding, mine = m.Typed(9), m.Holding(held[0]), Mine(held[1])
keys = {one: "one", typed: "typed", holding: "holding", mine: "mine"}
methods = {bound.get: "bound"}
items, frozen = {item, "other"}, frozenset([item, 7])
inner = (deep, 1)
tuples, nested = {inner: "inner", (inner, 2): "outer"}, {(3, (4, frozenset([inner])))}
order = collections.OrderedDict([(ordered, "ordered")])
weakly = weakref.WeakKeyDictionary({weak: "weak"})

def check():
    assert type(free) is m.P and free.get() == ("new", 0) and made[0] is free
    assert type(bound) is m.P and methods[bound.get] == "bound"
    assert [keys[key] for key in (one, typed, holding, mine)] == list(keys.values()) and len(keys) == 4
    assert item in items and item in frozen and len(items) == len(frozen) == 2
    assert tuples[inner] == "inner" and tuples[deep, 1] == "inner" and tuples[inner, 2] == "outer"
    assert (3, (4, frozenset([(deep, 1)]))) in nested
    assert order[ordered] == "ordered" and weakly[weak] == "weak"
    assert [p.x for p in made] == list(range(9)) and holding.p is held[0] and mine.p is held[1]

def report(r):
    left = sorted(x["holder"] for x in r["references"]["left"] if "as a key" in x["reason"])
    assert left == ["Holding object"] + ["P object"] * 7 + ["Typed object"], r["references"]
