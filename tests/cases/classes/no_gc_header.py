"""Instances without GC header (empty slots, subclasses of int and str with them)."""
#==> before
class Bare:
    __slots__ = ()
    def v(self):
        return "old"
class Int(int):
    __slots__ = ()
    def v(self):
        return "old"
class Str(str):
    __slots__ = ()
    def v(self):
        return "old"
#==> after
class Bare:
    __slots__ = ()
    def v(self):
        return "new"
class Int(int):
    __slots__ = ()
    def v(self):
        return "new"
class Str(str):
    __slots__ = ()
    def v(self):
        return "new"
#==> use
import gc
import m

bare = m.Bare()
held = (m.Int(5), m.Str("s"), bare)
gc.collect()

def check():
    assert not gc.is_tracked(held[0]) and not gc.is_tracked(held[1])
    assert [h.v() for h in held] == ["new"] * 3 and type(bare) is m.Bare
