"""A class that is gone: frozensets that are keys or items of sets lose it, and are found as what they are now."""
#==> before
class Gone:
    pass
def kept():
    return "old"
#==> after
def kept():
    return "new"
#==> use
import m

gone = [m.Gone] if hasattr(m, "Gone") else []
one, two, three = (frozenset([*gone, m.kept, n]) for n in (1, 2, 3))
outer = frozenset([three, 4])
keys, items, nested = {one: 1, "other": 2}, {two, "other"}, {outer: 5, (outer, m.kept): 6}
del gone

def check():
    assert keys == {frozenset([m.kept, 1]): 1, "other": 2} and keys[one] == 1
    assert items == {frozenset([m.kept, 2]), "other"} and two in items
    assert nested[outer] == 5 and nested[outer, m.kept] == 6 and three in outer and m.kept in one
    assert outer == frozenset([frozenset([m.kept, 3]), 4]) and m.kept() == "new"
