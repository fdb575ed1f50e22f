"""Dicts with gaps, in the midst of iterations, whose keys change: every iterator goes on where it was."""
#: things
#==> use
import m
from things import right

def gaps(count, keys):
    """A dict from which the first entries were taken out."""
    out = dict.fromkeys(range(count))
    out.update((key, n) for n, key in enumerate(keys))
    for n in range(count):
        del out[n]
    return out

held = gaps(3, ["first", "second", m.f, m.C, m.K, m.L, "last"])
keys, values, items, fresh = iter(held), iter(held.values()), iter(held.items()), iter(held)
back = reversed(held) if hasattr(dict, "__reversed__") else None
begun = [next(i) for i in (keys, keys, keys, values, values, values, items, items, items)]
last = back and [next(back), next(back)]
split = {m.K: 1, "gone": 2, m.L: 3, "rest": 4}
del split["gone"]
at_end = iter(split.items())
next(at_end), next(at_end)

def check():
    rest = list(keys)
    assert len(rest) == 4 and rest[3] == "last", rest
    right(m.f, *rest[:3])
    assert list(values) == [3, 4, 5, 6]
    assert list(items) == [(m.C, 3), (m.K, 4), (m.L, 5), ("last", 6)]
    assert list(fresh) == list(held) == ["first", "second", m.f, m.C, m.K, m.L, "last"]
    assert not back or (last[0] == "last" and list(back) == [m.K, m.C, m.f, "second", "first"])
    assert list(at_end) == [("rest", 4)] and split == {m.K: 1, m.L: 3, "rest": 4}
    assert held[m.K] == 4 and held[m.L] == 5 and len(held) == 7
