"""A module that becomes another name of one that is imported, or reimported, with it."""
#: reimport oldname other newer
#: without f: there is nothing old in a new process
#: without ta: what is loaded then is the other module
#: without u: what the new source imports from elsewhere stays
#==> before oldname.py
def get():
    return "old"
#==> before other.py
def get():
    return "old"
#==> before newer.py
def get():
    return "old"
#==> after oldname.py
import sys
import newname
sys.modules[__name__] = newname
#==> after newname.py
def get():
    return "new"
#==> after other.py
import sys
import newer
sys.modules[__name__] = newer
#==> after newer.py
def get():
    return "new"
#==> use
import sys
import oldname, other, newer
from newer import get

def check():
    now = sys.modules
    assert now["oldname"] is now["newname"] is not oldname and now["newname"].get() == "new"
    assert vars(now["newname"]) is now["newname"].get.__globals__ and now["newname"].__name__ == "newname"
    assert now["other"] is now["newer"] is newer and newer.get is get and get() == "new"
    assert oldname.get() == other.get() == "old" and oldname.__name__ == "oldname"
