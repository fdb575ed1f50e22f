"""sys.set_asyncgen_hooks: what this thread calls for every asynchronous generator."""
#==> before
seen = []
def first(agen):
    seen.append("old first")
def final(agen):
    seen.append("old final")
#==> after
seen = []
def first(agen):
    seen.append("new first")
def final(agen):
    seen.append("new final")
#==> use
import sys
import m

async def agen():
    yield 1

sys.set_asyncgen_hooks(m.first, m.final)

def check():
    held = sys.get_asyncgen_hooks()
    assert held.firstiter is m.first and held.finalizer is m.final
    del m.seen[:]
    begun = agen()
    try:
        begun.__anext__().send(None)
    except StopIteration:
        pass
    del begun
    assert m.seen == ["new first", "new final"], m.seen
