"""A live closure whose new code needs a variable that it never had: it works on, and is reported."""
#: without f: a new process makes the closure with that variable
#: without u: what is left as it was needs no undo
#==> before
def make(a):
    def inner():
        return "old", a
    return inner
#==> after
def make(a):
    b = a * 2
    def inner():
        return "new", a, b
    return inner
#==> use
import m

held = m.make(1)

def check():
    assert m.make(1)() == ("new", 1, 2)
    assert held()[1] == 1

def report(r):
    assert any("inner" in x["holder"] + x["object"] for x in r["references"]["left"]), r["references"]
