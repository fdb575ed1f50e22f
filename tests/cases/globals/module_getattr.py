"""Module-level __getattr__ and __dir__."""
#==> before
def __getattr__(name):
    if name == "lazy":
        return "old"
    raise AttributeError(name)
#==> after
def __getattr__(name):
    if name in ("lazy", "lazier"):
        return "new " + name
    raise AttributeError(name)
def __dir__():
    return ["lazy"]
#==> use
import m

def check():
    assert m.lazy == "new lazy" and m.lazier == "new lazier" and dir(m) == ["lazy"]
    assert not hasattr(m, "other")
