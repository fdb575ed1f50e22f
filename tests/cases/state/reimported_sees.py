"""__reimported__ gets the old module whole, the new one in place, and may look at both."""
#==> before
import sys
value = "old"
def f():
    return "old"
class C:
    v = "old"
#==> after
import sys
value = "new"
def f():
    return "new"
class C:
    v = "new"
saw = None
def __reimported__(old):
    global saw
    new = sys.modules[__name__]
    saw = (old.value, old.f(), old.C.v, new.value, new.f(), new.C.v, old is not new, old.__name__)
    return True
#==> use
import m
from m import f

def check():
    assert f() == "new" and f is m.f
    if m.saw is not None:
        assert m.saw in (
            ("old", "old", "old", "new", "new", "new", True, "m"),
            ("new", "new", "new", "new", "new", "new", True, "m"),
        ), m.saw
