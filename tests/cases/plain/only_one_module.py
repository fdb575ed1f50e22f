"""Only the named module is imported anew; its neighbour keeps its state."""
#==> before
import other
def f():
    return "old", other.state
#==> before other.py
import m
state = []
def g():
    return m.f()
#==> after
import other
def f():
    return "new", other.state
#==> use
import m, other

state = other.state
state.append(1)

def check():
    assert other.g() == ("new", [1]) and other.state is state
    assert m.other is other
