"""Instances with nothing of their own: empty slots, also in subclasses of int and str."""
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
    assert [h.v() for h in held] == ["new"] * 3 and type(bare) is m.Bare
