"""WeakSet, WeakKeyDictionary, WeakValueDictionary."""
#==> before
def f():
    return "old"
class C:
    v = "old"
#==> after
def f():
    return "new"
class C:
    v = "new"
#==> use
import weakref
import m

within = weakref.WeakSet([m.f, m.C])
keys = weakref.WeakKeyDictionary({m.f: "f", m.C: "C"})
values = weakref.WeakValueDictionary({"f": m.f, "C": m.C})

def check():
    assert m.f in within and m.C in within and len(within) == 2
    assert values["f"] is m.f and values["f"]() == "new" and values["C"].v == "new"
    assert keys[m.f] == "f" and keys[m.C] == "C" and len(keys) == len(values) == 2
