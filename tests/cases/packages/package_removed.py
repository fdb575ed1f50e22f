"""A module that is gone from disk cannot be reimported; everything is as it was."""
#: reimport gone kept
#: fails ModuleNotFoundError
#==> before gone.py
def f():
    return "old"
#==> before kept.py
def g():
    return "old"
#==> gone gone.py
#==> after kept.py
def g():
    return "new"
#==> use
import gone, kept

def check():
    assert gone.f() == kept.g() == "old"
