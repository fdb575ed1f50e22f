"""ctypes objects that only keep alive what C points to are left alone, and reported if they must be."""
#==> before
def first(x):
    return "old"
class Becomes:
    pass
#==> after
def first(x):
    return "new"
def Becomes():
    return "new"
#==> use
try:
    import ctypes
except ImportError:
    ctypes = None
import m

if ctypes:
    kept = ctypes.py_object(m.first)
    array = (ctypes.py_object * 2)(m.first, m.Becomes)

def check():
    assert m.first(1) == m.Becomes() == "new"
    if ctypes:
        assert kept.value is m.first and array[0] is m.first
        assert array[1] is m.Becomes or type(array[1]) is type

def report(r):
    if ctypes:
        assert array[1] is m.Becomes or any("ctypes" in x["reason"] for x in r["references"]["left"]), r["references"]
