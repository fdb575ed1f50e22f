"""The factory of a defaultdict, and its values."""
#: things
#==> use
import m
from collections import defaultdict
from things import right

made_f, made_C = defaultdict(m.f), defaultdict(m.C)
made_K, made_L = defaultdict(m.K), defaultdict(m.L)
values = defaultdict(list, f=m.f, C=m.C, K=m.K, L=m.L)

def check():
    right(made_f.default_factory, made_C.default_factory, made_K.default_factory, made_L.default_factory)
    right(*values.values())
    assert made_f[1] == "new" and type(made_K[1]) is m.K and made_L[1] == "new"
