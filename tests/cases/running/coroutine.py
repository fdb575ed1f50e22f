"""A coroutine half-way, and an async generator."""
#: without f: a new process has no old coroutine
#==> before
class Pause:
    def __await__(self):
        yield
async def co():
    await Pause()
    return "old"
async def agen():
    yield "old"
    await Pause()
#==> after
class Pause:
    def __await__(self):
        yield
async def co():
    await Pause()
    return "new"
async def agen():
    yield "new"
#==> use
import m

def run(c):
    while True:
        try:
            c.send(None)
        except StopIteration as e:
            return e.value
running = m.co()
running.send(None)
arunning = m.agen()
first = run(arunning.__anext__())

def check():
    assert run(m.co()) == "new" and run(running) == "old"
    assert run(m.agen().__anext__()) == "new"

def report(r):
    assert {(s["kind"], s["function"]) for s in r["stale"]} >= {("coroutine", "co")}, r["stale"]
    assert any(s["function"] == "agen" for s in r["stale"]), r["stale"]
