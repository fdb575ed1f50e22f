"""A module becomes another name of one that is loaded; then the next one fails: all are as they were."""
#: reimport oldname zz
#: fails ZeroDivisionError
#==> before newname.py
X = 1
def get():
    return X
#==> before oldname.py
X = 0
def get():
    return X
#==> before zz.py
y = 1
#==> after oldname.py
import sys
import newname
sys.modules[__name__] = newname
def new():
    return "new"
#==> after zz.py
1 / 0
#==> use
import newname, oldname, zz
from newname import get

def check():
    import sys
    assert newname.X == get() == 1 and newname.get is get and newname.__spec__.name == "newname"
    assert oldname.get() == 0 and vars(oldname) is not vars(newname)
    assert sys.modules["oldname"] is oldname and sys.modules["newname"] is newname and zz.y == 1
