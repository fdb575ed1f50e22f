"""Names in another module that were bound to what is gone, are gone."""
#==> before
def gone():
    pass
class Gone:
    pass
def kept():
    return "old"
#==> after
def kept():
    return "new"
#==> use holder.py
import m
from m import kept
for name in "gone", "Gone":
    if hasattr(m, name):
        globals()[name] = getattr(m, name)
#==> use
import holder

def check():
    assert holder.kept() == "new"
    assert not hasattr(holder, "gone") and not hasattr(holder, "Gone")
