"""The new source imports what is not there, after something that is."""
#: fails ModuleNotFoundError
#==> before
def f():
    return "old"
#==> after
import brand_new
from brand_new import things
import not_there_at_all
def f():
    return "new"
#==> after brand_new.py
things = []
#==> use
import sys
from m import f

def check():
    assert f() == "old" and "brand_new" not in sys.modules
