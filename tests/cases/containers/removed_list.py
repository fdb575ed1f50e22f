"""A function and a class that are gone: a list loses them."""
#==> before
def kept():
    return "old"
def gone():
    pass
class Gone:
    pass
#==> after
def kept():
    return "new"
#==> use
import m

held = [m.kept, *(getattr(m, n) for n in ("gone", "Gone") if hasattr(m, n)), "x"]

def check():
    assert held == [m.kept, "x"] and held[0]() == "new"
