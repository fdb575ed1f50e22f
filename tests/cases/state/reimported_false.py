"""__reimported__ that returns something false: the new module simply takes the place of the old."""
#: without f: there is nothing old in a new process
#: without ta: after the first time the holders hold what no longer is the module
#==> before
def f():
    return "old"
class C:
    v = "old"
#==> after
def f():
    return "new"
class C:
    v = "new"
def __reimported__(old):
    return False
#==> use
import sys
import m
from m import f, C

def check():
    now = sys.modules["m"]
    assert f() == "old" and C.v == "old"
    assert now.f() == "new" and now.C.v == "new" and now.f is not f

def report(r):
    assert [x["callback"] for x in r["modules"]] == [False] or r["modules"][0]["callback"], r["modules"]
