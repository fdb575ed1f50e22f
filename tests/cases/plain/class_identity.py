"""The class is the object that it was; its name and module stay."""
#==> before
class C:
    """Old."""
    value = 1
#==> after
class C:
    """New."""
    value = 2
#==> use
from m import C

def check():
    import m
    assert C is m.C
    assert (C.value, C.__doc__, C.__module__, C.__qualname__) == (2, "New.", "m", "C")
