"""A SimpleNamespace."""
#: things
#==> use
import m
from types import SimpleNamespace
from things import right

held = SimpleNamespace(f=m.f, C=m.C, K=m.K, L=m.L)

def check():
    right(held.f, held.C, held.K, held.L)
