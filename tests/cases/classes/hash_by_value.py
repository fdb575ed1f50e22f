"""Slots more in instances that hash by what they hold, as keys in tuples, sets and weakly: all follow, and are found by equal ones."""
#==> before
class Value:
    __slots__ = ("n", "__weakref__")
    kind = "value"
    def __init__(self, n):
        self.n = n
    def key(self):
        return self.kind, self.n
    def __eq__(self, other):
        return type(self) is type(other) and self.key() == other.key()
    def __hash__(self):
        return hash((type(self).__name__,) + self.key())
class Pair(Value):
    __slots__ = ("other",)
    @property
    def both(self):
        return tuple(v for v in (self.n, self.other))
    def __eq__(self, other):
        return self.both == other.both
    def __hash__(self):
        return hash((self.__class__.__name__, self.both))
#==> after
class Value:
    __slots__ = ("more", "n", "__weakref__")
    kind = "value"
    def __init__(self, n):
        self.n = n
    def key(self):
        return self.kind, self.n
    def __eq__(self, other):
        return type(self) is type(other) and self.key() == other.key()
    def __hash__(self):
        return hash((type(self).__name__,) + self.key())
class Pair(Value):
    __slots__ = ("other",)
    @property
    def both(self):
        return tuple(v for v in (self.n, self.other))
    def __eq__(self, other):
        return self.both == other.both
    def __hash__(self):
        return hash((self.__class__.__name__, self.both))
#==> use
import weakref
import m

class Derived(m.Value):
    pass

def pair(n, other):
    made = m.Pair(n)
    made.other = other
    return made

value, derived = m.Value(1), Derived(2)
both = pair(3, value)
keys = {value: "value", derived: "derived", both: "both"}
tuples, items = {(value, (both, 1)): "tuple"}, {frozenset([value, derived])}
weakly = weakref.WeakKeyDictionary({value: "weak"})

def check():
    assert type(value) is m.Value and type(both) is m.Pair and isinstance(derived, m.Value)
    value.more = both.more = derived.more = 1
    assert keys[value] == keys[m.Value(1)] == "value" and keys[derived] == keys[Derived(2)] == "derived"
    assert keys[both] == keys[pair(3, m.Value(1))] == "both" and len(keys) == 3
    assert tuples[value, (both, 1)] == tuples[m.Value(1), (pair(3, m.Value(1)), 1)] == "tuple"
    assert frozenset([m.Value(1), derived]) in items
    assert weakly[value] == "weak" and keys[both] == "both"
