"""The module's instances in weak collections of the module's base class."""
#==> before
import weakref
class Tracked:
    live = weakref.WeakSet()
    def __init__(self):
        Tracked.live.add(self)
    def v(self):
        return "old"
#==> after
import weakref
class Tracked:
    live = weakref.WeakSet()
    def __init__(self):
        Tracked.live.add(self)
    def v(self):
        return "new"
#==> use
import weakref
import m

one = m.Tracked()
mine = weakref.WeakValueDictionary(one=one)
by = weakref.WeakKeyDictionary({one: "one"})

def check():
    assert mine["one"] is one and by[one] == "one" and one.v() == "new"
    assert m.Tracked() not in by
