"""Operators, iteration, calling, comparison: added, changed and removed special methods."""
#==> before
class C:
    def __init__(self):
        self.items = [1, 2]
    def __len__(self):
        return 0
    def __call__(self):
        return "old"
    def __contains__(self, x):
        return True
#==> after
class C:
    def __init__(self):
        self.items = [1, 2]
    def __len__(self):
        return len(self.items)
    def __iter__(self):
        return iter(self.items)
    def __add__(self, other):
        return "added"
    def __call__(self):
        return "new"
    def __eq__(self, other):
        return isinstance(other, C)
    def __hash__(self):
        return 7
#==> use
from m import C

c = C()

def check():
    assert len(c) == 2 and list(c) == [1, 2] and c() == "new"
    assert c + 1 == "added"
    assert c == C() and hash(c) == 7
    assert 5 not in c and 2 in c
