"""A name in __all__ that is missing: AttributeError, and everything is as it was."""
#: fails AttributeError
#==> before
__all__ = ["f"]
def f():
    return "old"
#==> after
__all__ = ["f", "forgotten"]
def f():
    return "new"
#==> use
import m
from m import f

def check():
    assert f() == "old" and f is m.f and m.__all__ == ["f"]
