"""partialmethod, in the module's class and in another's over a function of the module."""
#==> before
import functools
def do(self, what):
    return "old", what
class C:
    def set(self, v):
        return "old", v
    on = functools.partialmethod(set, True)
#==> after
import functools
def do(self, what):
    return "new", what
class C:
    def set(self, v):
        return "new", v
    on = functools.partialmethod(set, "on")
#==> use
import functools
import m

class Mine:
    go = functools.partialmethod(m.do, "go")

c, mine = m.C(), Mine()

def check():
    assert c.on() == ("new", "on") and mine.go() == ("new", "go")
