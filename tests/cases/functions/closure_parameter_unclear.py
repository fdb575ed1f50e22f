"""A live closure whose new code has a parameter with a default that only running the source tells: it works on,
and is reported."""
#: without f: a new process makes the closure with that parameter
#: without u: what is left as it was needs no undo
#==> before
def make(a):
    def inner(b):
        return "old", a, b
    return inner
#==> after
def make(a):
    def inner(b, c=[a]):
        return "new", a, b, c
    return inner
#==> use
import m

held = m.make(1)

def check():
    assert m.make(1)(2) == ("new", 1, 2, [1])
    assert held(2) == ("old", 1, 2)

def report(r):
    assert any("inner" in x["holder"] and "parameters" in x["reason"] for x in r["references"]["left"]), r["references"]
