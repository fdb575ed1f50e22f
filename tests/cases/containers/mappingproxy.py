"""A mappingproxy over a dict."""
#: things
#==> use
import m
from types import MappingProxyType
from things import right

held = MappingProxyType({"f": m.f, "C": m.C, "K": m.K, "L": m.L})
keys = MappingProxyType({m.K: 1})

def check():
    right(*held.values())
    assert keys[m.K] == 1
