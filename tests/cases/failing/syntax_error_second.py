"""A syntax error in the second of two modules: the first is not touched either."""
#: reimport m other
#: fails SyntaxError
#==> before
import sys
sys.runs = getattr(sys, "runs", 0) + 1
def f():
    return "old"
#==> before other.py
def g():
    return "old"
#==> after
import sys
sys.runs = getattr(sys, "runs", 0) + 1
def f():
    return "new"
#==> after other.py
def g()
    return "new"
#==> use
import sys
import m, other

def check():
    assert m.f() == other.g() == "old" and sys.runs == 1
