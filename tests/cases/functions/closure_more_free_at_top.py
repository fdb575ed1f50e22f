"""A closure that the top level makes gains variables: it has the new ones' values."""
#==> before
def make(a):
    def inner():
        return "old", a
    return inner
made = make(1)
#==> after
def make(a, b):
    c = a + b
    def inner():
        return "new", a, b, c
    return inner
made = make(1, 2)
#==> use
from m import made

def check():
    import m
    assert made is m.made and made() == ("new", 1, 2, 3)
