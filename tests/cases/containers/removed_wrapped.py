"""What is gone, but held by something that cannot go on without it, is reported."""
#: without f: a new process has nothing to hold
#==> before
import functools
def gone():
    return "old"
def kept():
    return "old"
#==> after
def kept():
    return "new"
#==> use
import functools
import m

held = functools.partial(m.gone), staticmethod(m.gone)

def check():
    assert m.kept() == "new" and not hasattr(m, "gone")
    assert held[0]() == "old"

def report(r):
    left = [x for x in r["references"]["left"] if x["object"] == "gone"]
    assert {x["holder"].split()[0] for x in left} == {"functools.partial", "staticmethod"}, left
