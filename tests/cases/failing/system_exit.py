"""SystemExit out of the top level."""
#: fails SystemExit
#==> before
def f():
    return "old"
#==> after
import sys
def f():
    return "new"
sys.exit(3)
#==> use
from m import f

def check():
    assert f() == "old"
