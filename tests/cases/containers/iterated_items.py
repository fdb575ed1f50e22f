"""Sets of several sizes, in the midst of iterations, whose items change: each item comes once, and is found."""
#: things
#==> use
import m
from things import right

class Begun:
    """A set and an iterator that has given some of it."""
    def __init__(self, others, given):
        self.held = set(others) | {m.f, m.C, m.K, m.L}
        self.rest = iter(self.held)
        self.given = [next(self.rest) for _ in range(given)]

# in a small table there is not always room on the right side of an iterator: the report would say so
begun = [Begun(range(size), size // 2) for size in (40, 100, 300, 1000)] + [Begun(range(size), 0) for size in (0, 3, 20)]
two = set(range(90)) | {m.K, m.L}
one, other = iter(two), iter(two)
met = [next(one) for _ in range(40)], [next(other) for _ in range(60)]

old = {id(m.K): "K", id(m.L): "L"}
keep = m.K, m.L

def check():
    old.update({id(m.K): "K", id(m.L): "L"})
    for b in begun:
        right(m.f, m.C, *[next(i for i in b.held if i is k) for k in (m.K, m.L)])
        assert all(item in b.held for item in b.held)
        given = [old.get(id(item), item) for item in b.given + list(b.rest)]
        want = [old.get(id(item), item) for item in b.held]
        assert len(given) == len(want) and set(given) == set(want), (given, want)
    for it, start in zip((one, other), met):
        got = [old.get(id(item), item) for item in start + list(it)]
        assert len(got) == 92 and set(got) == set(range(90)) | {"K", "L"}, got
    two.add("more")
    two.discard(3)
    assert m.K in two and m.L in two and 3 not in two and len(two) == 92
