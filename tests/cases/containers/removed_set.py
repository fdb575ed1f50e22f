"""A function and a class that are gone: a set loses them."""
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

held = {getattr(m, n) for n in ("kept", "gone", "Gone") if hasattr(m, n)}

def check():
    assert held == {m.kept} and [x() for x in held] == ["new"]
