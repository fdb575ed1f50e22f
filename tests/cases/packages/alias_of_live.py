"""A module that becomes another name of one that is loaded, as where it was renamed: that one stays itself."""
#: reimport oldname both
#: without f: there is nothing old in a new process
#: without ta: what is loaded then is the other module
#==> before newname.py
X = 1
def get():
    return X
def put(value):
    global X
    X = value
def __reimported__(old):
    raise RuntimeError("this one is not reimported")
#==> before oldname.py
X = 0
def get():
    return X
def gone():
    return "old"
#==> before both.py
def f():
    return "old"
class Kind:
    v = "old"
#==> after oldname.py
import sys
import newname
sys.modules[__name__] = newname
#==> after both.py
import oldname
def f():
    return "new"
def Kind():
    return "new"
#==> use
import sys
import newname, oldname, both
from newname import get, put
from oldname import gone
old = oldname.get
newname.kind = both.Kind

def check():
    assert sys.modules["oldname"] is newname is sys.modules["newname"] is both.oldname
    assert get() == 1 and newname.get is get and newname.__name__ == "newname" and newname.kind is both.Kind
    put(5)
    assert get() == newname.X == 5
    put(1)
    assert old() == 0 and gone() == "old" and vars(oldname) is old.__globals__ and oldname.X == 0
    assert both.f() == "new" == newname.kind()
    del sys.modules["oldname"]
    import oldname as again
    assert again is newname and get() == 1 and put.__globals__ is vars(newname)

def report(r):
    assert {m["name"]: m["callback"] for m in r["modules"]}["both"] is None
