"""A thousand functions and a hundred classes at once."""
#==> before
for i in range(1000):
    exec("def f%d(x=%d): return ('old', x)" % (i, i))
for i in range(100):
    exec("class C%d:\n    v = 'old'\n    def m(self): return ('old', %d)" % (i, i))
#==> after
for i in range(1000):
    exec("def f%d(x=%d): return ('new', x)" % (i, i))
for i in range(100):
    exec("class C%d:\n    v = 'new'\n    def m(self): return ('new', %d)" % (i, i))
#==> use
import m

functions = [getattr(m, "f%d" % i) for i in range(1000)]
objects = [getattr(m, "C%d" % i)() for i in range(100)]

def check():
    assert [f() for f in functions] == [("new", i) for i in range(1000)]
    assert [o.m() for o in objects] == [("new", i) for i in range(100)]
