"""The function in the module is the object that it was, with the new code."""
#==> before
def greet():
    return "old"
#==> after
def greet():
    return "new"
#==> use
import m

held = m.greet
code = m.greet.__code__

def check():
    assert m.greet is held
    assert held() == "new"
    assert held.__module__ == "m" and held.__globals__ is vars(m)
