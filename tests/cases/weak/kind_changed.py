"""Weak references to what turned into another kind of thing: they follow, or are reported."""
#: things
#==> use
import weakref
import m

ref_K, ref_L = weakref.ref(m.K), weakref.ref(m.L)
within = weakref.WeakSet([m.K, m.L])
values = weakref.WeakValueDictionary(K=m.K, L=m.L)

def followed():
    return ref_K() is m.K and ref_L() is m.L and set(within) == {m.K, m.L} == set(values.values())

def check():
    assert m.L() == "new" and m.K.v == "new"
    assert {x.__name__ for x in (*within, *values.values())} <= {"K", "L"}

def report(r):
    assert followed() or any("weakref" in x["holder"] for x in r["references"]["left"]), r["references"]
