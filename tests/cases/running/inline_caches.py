"""Code run so often that the interpreter has specialised it."""
#==> before
VALUE = 1
class C:
    attr = "old"
    def __init__(self):
        self.x = 1
    def m(self):
        return "old"
    @property
    def p(self):
        return "old"
    def __add__(self, o):
        return "old"
    def __getitem__(self, i):
        return "old"
def f(x=1):
    return "old", VALUE
#==> after
VALUE = 2
class C:
    attr = "new"
    def __init__(self):
        self.x = 1
    def m(self):
        return "new"
    @property
    def p(self):
        return "new"
    def __add__(self, o):
        return "new"
    def __getitem__(self, i):
        return "new"
def f(x=1):
    return "new", VALUE
#==> use
import m
from m import f, C

c = C()
class Sub(C):
    pass
s = Sub()
def hot():
    return c.m(), c.p, c.attr, c + 1, c[0], f(), m.f(), m.VALUE, s.m(), s.p, C.attr, C().x
for _ in range(5000):
    hot()

def check():
    for _ in range(3000):
        assert hot() == ("new", "new", "new", "new", "new", ("new", 2), ("new", 2), 2, "new", "new", "new", 1), hot()
