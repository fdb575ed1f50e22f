"""Callbacks and contexts on an ExitStack that is still open, and an asynccontextmanager half-way."""
#: without f: a new process has no context half-way
#==> before
import contextlib
seen = []
def callback(x):
    seen.append(("old", x))
class Context:
    def __enter__(self):
        return "old"
    def __exit__(self, *exc):
        seen.append("old exit")
@contextlib.asynccontextmanager
async def acontext():
    yield "old"
#==> after
import contextlib
seen = []
def callback(x):
    seen.append(("new", x))
class Context:
    def __enter__(self):
        return "new"
    def __exit__(self, *exc):
        seen.append("new exit")
@contextlib.asynccontextmanager
async def acontext():
    yield "new"
#==> use
import contextlib
import m

def run(coroutine):
    try:
        coroutine.send(None)
    except StopIteration as e:
        return e.value

stack = contextlib.ExitStack()
stack.callback(m.callback, 1)
stack.enter_context(m.Context())
made = m.acontext
half = made()
entered = run(half.__aenter__())

def check():
    stack.close()
    assert m.seen == ["new exit", ("new", 1)], m.seen
    assert entered == "old" and not run(half.__aexit__(None, None, None))
    assert made is m.acontext and run(made().__aenter__()) == "new"

def report(r):
    assert {s["function"] for s in r["stale"]} == {"acontext"}, r["stale"]
