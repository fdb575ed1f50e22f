"""Methods set on the class after it was made, by loop, by assignment, by decorator."""
#==> before
class C:
    pass
def outside(self):
    return "old outside"
C.method = outside
C.lam = lambda self: "old lambda"
for op in ("add", "sub"):
    def do(self, other, op=op):
        return "old", op, other
    setattr(C, "__%s__" % op, do)
def install(cls):
    def deco(f):
        setattr(cls, f.__name__, f)
        return f
    return deco
@install(C)
def installed(self):
    return "old installed"
#==> after
class C:
    pass
def outside(self):
    return "new outside"
C.method = outside
C.lam = lambda self: "new lambda"
for op in ("add", "sub", "mul"):
    def do(self, other, op=op):
        return "new", op, other
    setattr(C, "__%s__" % op, do)
def install(cls):
    def deco(f):
        setattr(cls, f.__name__, f)
        return f
    return deco
@install(C)
def installed(self):
    return "new installed"
#==> use
from m import C

c = C()
method = c.method

def check():
    assert method() == c.method() == "new outside" and c.lam() == "new lambda" and c.installed() == "new installed"
    assert c + 1 == ("new", "add", 1) and c - 1 == ("new", "sub", 1) and c * 1 == ("new", "mul", 1)
