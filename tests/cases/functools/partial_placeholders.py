"""A partial with more or fewer placeholders for positional arguments."""
#: python 3.14
#==> before
from functools import partial, Placeholder as _
def f(*a):
    return a
p = partial(f, _, 1)
q = partial(f, _, _, 1)
r = partial(f, 0, 1)
#==> after
from functools import partial, Placeholder as _
def f(*a):
    return a
p = partial(f, _, _, 2)
q = partial(f, _, 2)
r = partial(f, _, 2)
#==> use
from m import p, q, r
held = [p, q, r]

def check():
    assert held[0](10, 20) == (10, 20, 2)
    assert held[1](10) == held[2](10) == (10, 2)
    assert held[0](10, 20, 30) == (10, 20, 2, 30)
