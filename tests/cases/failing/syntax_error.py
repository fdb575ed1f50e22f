"""A syntax error: nothing is touched."""
#: fails SyntaxError
#==> before
import sys
sys.runs = getattr(sys, "runs", 0) + 1
def f():
    return "old"
#==> after
import sys
sys.runs = getattr(sys, "runs", 0) + 1
def f(:
    return "new"
#==> use
import sys
from m import f

def check():
    assert f() == "old" and sys.runs == 1
