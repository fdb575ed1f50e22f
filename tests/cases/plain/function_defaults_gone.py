"""Defaults that the new source leaves out are gone."""
#==> before
def f(a=1, *, b=2):
    return a
#==> after
def f(a, *, b):
    return a
#==> use
from m import f

def check():
    assert f.__defaults__ is None and not f.__kwdefaults__
    try:
        f()
    except TypeError:
        return
    raise AssertionError("it still has its defaults")
