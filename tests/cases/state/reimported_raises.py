"""__reimported__ that raises: it is printed, and the reimport goes on."""
#==> before
def f():
    return "old"
#==> after
def f():
    return "new"
def __reimported__(old):
    raise KeyError("in the callback")
#==> use
import io
import sys
import m
from m import f

sys.stderr = said = io.StringIO()
held = m

def check():
    sys.stderr = sys.__stderr__
    assert f() == "new" and f is m.f and held is m
    assert not said.getvalue() or "in the callback" in said.getvalue()

def report(r):
    assert "KeyError" in str(r["modules"][0]["callback"]) or "KeyError" in str(r), r["modules"]
    assert "in the callback" in said.getvalue() or "in the callback" in str(r)
