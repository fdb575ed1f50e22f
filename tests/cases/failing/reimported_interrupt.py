"""KeyboardInterrupt out of __reimported__."""
#: fails KeyboardInterrupt
#==> before
def f():
    return "old"
held = [f]
#==> after
def f():
    return "new"
held = [f]
def __reimported__(old):
    old.held.append(1)
    old.held.pop()
    raise KeyboardInterrupt
#==> use
import m
from m import f

held = m.held

def check():
    assert f() == "old" and m.f is f and m.held is held == [f] and not hasattr(m, "__reimported__")
