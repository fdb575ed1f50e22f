"""Class attributes changed, added and removed."""
#==> before
class C:
    changed = 1
    removed = 2
    table = {"a": 1}
#==> after
class C:
    changed = 10
    added = 3
    table = {"b": 2}
#==> use
from m import C

c = C()

def check():
    assert (c.changed, c.added, c.table) == (10, 3, {"b": 2})
    assert not hasattr(C, "removed") and not hasattr(c, "removed")
