"""A function without a closure becomes one, and back."""
#==> before
def plain():
    return "old"
def make():
    n = 5
    def inner():
        return "old", n
    return inner
closure = make()
#==> after
def make():
    n = 7
    def inner():
        return "new", n
    return inner
plain = make()
def closure():
    return "new"
#==> use
from m import plain, closure

def check():
    import m
    assert plain is m.plain and plain() == ("new", 7)
    assert closure is m.closure and closure() == "new"
