"""`from m import name`, also under another name."""
#==> before
def f():
    return "old"
class C:
    where = "old"
#==> after
def f():
    return "new"
class C:
    where = "new"
#==> use
from m import f, C as Renamed
from m import f as g

def check():
    import m
    assert f() == g() == "new" and f is g is m.f
    assert Renamed is m.C and Renamed.where == "new"
