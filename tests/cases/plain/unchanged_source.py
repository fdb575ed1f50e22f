"""A reimport of a source that did not change runs its top level again and keeps every identity."""
#: without fnbu: nothing differs but a counter outside
#==> before
import sys
sys.runs = getattr(sys, "runs", 0) + 1
def f():
    return sys.runs
class C:
    pass
#==> use
import sys
import m
from m import f, C

c = C()

def check():
    assert sys.runs >= 2
    assert f is m.f and C is m.C and type(c) is C and f() == sys.runs
