"""A module whose __class__ was replaced (properties on modules)."""
#==> before
import sys
import types
class Mod(types.ModuleType):
    @property
    def now(self):
        return "old"
sys.modules[__name__].__class__ = Mod
value = 1
#==> after
import sys
import types
class Mod(types.ModuleType):
    @property
    def now(self):
        return "new"
sys.modules[__name__].__class__ = Mod
value = 2
#==> use
import m

def check():
    assert m.now == "new" and m.value == 2 and type(m) is m.Mod
