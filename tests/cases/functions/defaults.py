"""Held as default and keyword default of other functions."""
#: things
#==> use
import m
from things import right

def call(a=m.f, b=m.C, *, c=m.K, d=m.L):
    return a, b, c, d
inner = (lambda x=[(m.K, m.L)]: x)

def check():
    right(*call())
    right(*call.__defaults__, *call.__kwdefaults__.values())
    assert inner()[0] == (m.K, m.L)
