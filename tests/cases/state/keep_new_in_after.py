"""The list of what to keep is the new source's own."""
#: without a: the old source keeps nothing
#==> before
cache = {}
def get():
    return cache, "old"
#==> after
__reimport_keep__ = ("cache",)
cache = {}
def get():
    return cache, "new"
#==> use
import m

m.cache["k"] = 1
held = m.cache

def check():
    assert m.get() == ({"k": 1}, "new") and m.cache is held
