"""A generator half-way: it ends on its old code, the next one is new, the report names it."""
#: without f: a new process has no old generator
#==> before
def gen():
    yield "old 1"
    yield "old 2"
#==> after
def gen():
    yield "new 1"
    yield "new 2"
#==> use
import m
from m import gen

running = gen()
next(running)

def check():
    assert list(gen()) == ["new 1", "new 2"] and gen is m.gen
    assert list(running) == ["old 2"]

def report(r):
    assert [(s["kind"], s["function"]) for s in r["stale"]] == [("generator", "gen")], r["stale"]
