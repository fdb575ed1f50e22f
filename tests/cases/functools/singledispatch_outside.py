"""What other modules registered with the module's generic function stays registered."""
#==> before
import functools
@functools.singledispatch
def show(x):
    return "old any"
#==> after
import functools
@functools.singledispatch
def show(x):
    return "new any"
@show.register(int)
def _(x):
    return "new int"
#==> use
import m

class Mine:
    pass

@m.show.register(Mine)
def show_mine(x):
    return "mine"

def check():
    assert m.show(1) == "new int" and m.show("") == "new any"
    assert m.show(Mine()) == "mine"
