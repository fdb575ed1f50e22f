"""`from m import LIMIT`: data imported by value is the new value where the name still holds the old."""
#==> before
LIMIT = 10
NAME = "old"
FLAGS = ["old"]
TABLE = {"k": "old"}
SWITCH = False
SAME = 1000
#==> after
LIMIT = 20
NAME = "new"
FLAGS = ["new"]
TABLE = {"k": "new"}
SWITCH = True
SAME = 1000
#==> use holder.py
from m import LIMIT, NAME as NAMED, SAME
try:
    from m import FLAGS
    if FLAGS:
        from m import TABLE
except ImportError:
    FLAGS = None
import m
SWITCH = m.SWITCH
LATER = None
def late():
    global LATER
    LATER = m.FLAGS
#==> use own.py
# values of its own that are equal
from m import NAME
LIMIT = 10
SWITCH = False
NAME = "ol" + "d"
#==> use
import holder
import own
holder.late()

def check():
    import m
    assert holder.LIMIT == 20 and holder.NAMED == "new"
    assert holder.FLAGS is m.FLAGS and holder.TABLE is m.TABLE and holder.TABLE == {"k": "new"}
    assert holder.SWITCH is True
    assert holder.LATER is m.FLAGS
    assert holder.SAME == 1000
    assert (own.LIMIT, own.SWITCH) == (10, False)
    assert m.FLAGS == ["new"]
