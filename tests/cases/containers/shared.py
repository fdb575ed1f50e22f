"""One container held by many, and many that are equal."""
#: things
#==> use
import m
from things import right

one = [m.f, m.C, m.K, m.L]
many = [one] * 1000
equal = [(m.f, m.C, m.K, m.L) for _ in range(1000)]

def check():
    assert all(x is one for x in many)
    right(*one)
    for x in equal:
        right(*x)
