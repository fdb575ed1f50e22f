"""Holders in C of what turns from function into class and back: they follow, or are reported."""
#: things
#==> use
import array
import functools
import itertools
import operator
import types
import m

held = {
    "method": types.MethodType(m.K, 1),
    "partial": functools.partial(m.K),
    "repeat": itertools.repeat(m.K),
    "map": map(m.L, []),
    "slice": slice(m.K, m.L),
    "property": property(m.K, m.L),
    "call": iter(m.L, None),
    "memo": functools.cmp_to_key(m.K),
    "key": operator.methodcaller("go", m.K),
    "getter": types.MappingProxyType({"K": m.K}),
    "super": super(m.C, m.C()),
}

def check():
    assert m.K.v == m.L() == "new"
    assert held["partial"].func is m.K and held["getter"]["K"] is m.K
    assert held["slice"].start is m.K and held["slice"].stop is m.L
    assert held["property"].fget is m.K and held["property"].fset is m.L
    assert next(held["repeat"]) is m.K
    assert held["super"].__thisclass__ is m.C

def report(r):
    pass
