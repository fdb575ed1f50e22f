"""An exception after half of the definitions."""
#: fails ZeroDivisionError
#==> before
def f():
    return "old"
class C:
    v = "old"
    def m(self):
        return "old", f()
LATE = "old"
#==> after
def f():
    return "new"
class C:
    v = "new"
    def m(self):
        return "new", f()
1 / 0
LATE = "new"
#==> use
import m
from m import f, C
c = C()

def check():
    assert f() == "old" and C.v == "old" and c.m() == ("old", "old") and m.LATE == "old" and C is m.C
