"""Two functions under one decorator that keeps no name: each stays itself."""
#==> before
import deco
@deco.bare
def one():
    return "old one"
@deco.bare
def two():
    return "old two"
#==> after
import deco
@deco.bare
def two():
    return "new two"
@deco.bare
def one():
    return "new one"
#==> use deco.py
def bare(f):
    def wrapper():
        return f()
    return wrapper
#==> use
import deco
from m import one, two

@deco.bare
def mine():
    return "mine"

def check():
    import m
    assert (one(), two(), mine()) == ("new one", "new two", "mine")
    assert one is m.one and two is m.two
