"""gc.callbacks and sys.meta_path entries."""
#: without bu: the collector itself calls the callback
#==> before
seen = []
def on_gc(phase, info):
    seen.append("old")
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "asked_for":
            seen.append("old find")
#==> after
seen = []
def on_gc(phase, info):
    seen.append("new")
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "asked_for":
            seen.append("new find")
#==> use
import gc
import sys
import m

gc.callbacks.append(m.on_gc)
sys.meta_path.insert(0, m.Finder())

def check():
    del m.seen[:]
    gc.collect()
    try:
        import asked_for
    except ImportError:
        pass
    gc.callbacks.remove(m.on_gc)
    assert set(m.seen) == {"new", "new find"}, m.seen
