"""Dicts whose keys have a __hash__ and an __eq__ in Python, and hold what is switched as values: no key is asked."""
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
import enum, pathlib, m

asked = []
class Q:
    def __init__(self, n):
        self.n = n
    def __hash__(self):
        asked.append(self)
        return self.n % 3
    def __eq__(self, other):
        asked.append(self)
        return self is other
class E(enum.Enum):
    A = 1
    B = 2

keys = [Q(n) for n in range(9)]
plain = {key: m.K for key in keys}
some = {"x": 1, keys[0]: m.K, E.A: m.K, 5: m.K, pathlib.PurePath("a"): m.K}
gone = {keys[1]: 1}
if hasattr(m, "Gone"):
    gone = {keys[0]: m.Gone, keys[1]: 1}
del asked[:]

def check():
    before = len(asked)
    try:
        assert [value() for value in plain.values()] == ["new"] * 9 and list(plain) == keys
        assert [plain[key] for key in keys] == [m.K] * 9
        assert some[keys[0]] is some[E.A] is some[5] is some[pathlib.PurePath("a")] is m.K and list(some)[:2] == ["x", keys[0]]
        assert list(gone) == [keys[1]] and gone[keys[1]] == 1
    finally:
        del asked[:]
    assert not before, before
