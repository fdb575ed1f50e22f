"""Sets in which something has the hash of an item that changes, and its __eq__ in Python: that is not asked."""
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
import m

asked = []
class Q:
    def __init__(self, o):
        self.hash = hash(o)
    def __hash__(self):
        asked.append(self)
        return self.hash
    def __eq__(self, other):
        asked.append(self)
        return self is other

gone = getattr(m, "Gone", None)
others = [Q(m.K), Q((m.K, 1)), Q(gone)]
held = {*others, m.K, (m.K, 1)}
frozen = frozenset(others + [m.K, frozenset([m.K])])
if gone:
    held.add(gone)
del asked[:]

def check():
    before = len(asked)
    try:
        assert len(held) == 5 and all(q in held for q in others) and m.K in held and (m.K, 1) in held
        assert m.K in frozen and frozenset([m.K]) in frozen and len(frozen) == 5
        assert m.K() == "new"
    finally:
        del asked[:]
    assert not before, before
