"""The values of a dict."""
#: things
#==> use
import m
from things import right

held = {"f": m.f, "C": m.C, "K": m.K, "L": m.L}

def check():
    right(*held.values())
    assert list(held) == ["f", "C", "K", "L"]
