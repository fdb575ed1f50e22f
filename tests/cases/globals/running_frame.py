"""A suspended frame of the old code reads and writes the surviving namespace."""
#: without f: a new process has no old frame
#==> before
n = 0
def gen():
    global n
    while True:
        n += 1
        yield n, helper()
def helper():
    return "old"
#==> after
n = 100
def gen():
    yield "new"
def helper():
    return "new"
#==> use
import m

running = m.gen()
next(running)

def check():
    assert next(running) == (101, "new") and m.n == 101
    m.n = 500
    assert next(running) == (501, "new")

def report(r):
    assert [s["function"] for s in r["stale"]] == ["gen"], r["stale"]
