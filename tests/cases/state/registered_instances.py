"""Instances and bound methods that the new top level puts elsewhere, after any number of times."""
#==> before
import registry
class C:
    def v(self):
        return "old"
registry.made["c"] = C()
registry.bound["m"] = registry.made["c"].v
registry.keys[C] = registry.made["c"]
#==> after
import registry
class C:
    def v(self):
        return "new"
registry.made["c"] = C()
registry.bound["m"] = registry.made["c"].v
registry.keys[C] = registry.made["c"]
#==> use registry.py
made, bound, keys = {}, {}, {}
#==> use
import registry
import m

held = registry.made["c"]

def check():
    assert type(registry.made["c"]) is m.C is type(held) and held.v() == registry.made["c"].v() == "new"
    assert registry.bound["m"]() == "new" and list(registry.keys) == [m.C]
