"""Definitions in branches, loops, try blocks and with statements, that change their branch."""
#==> before
import sys
MODE = 1
if MODE == 1:
    def f():
        return "one"
    class C:
        v = "one"
else:
    def f():
        return "two"
    class C:
        v = "two"
try:
    import no_such_module_here
    def g():
        return "with"
except ImportError:
    def g():
        return "without"
for i in range(3):
    exec("def h%d(): return %d" % (i, i))
#==> after
import sys
MODE = 2
if MODE == 1:
    def f():
        return "one"
    class C:
        v = "one"
else:
    def f():
        return "two"
    class C:
        v = "two"
try:
    import sys
    def g():
        return "with"
except ImportError:
    def g():
        return "without"
for i in range(3):
    exec("def h%d(): return %d" % (i, i * 10))
#==> use
import m
from m import f, C, g, h2

c = C()

def check():
    assert (f(), C.v, c.v, g(), h2()) == ("two", "two", "two", "with", 20)
    assert (f, C, g, h2) == (m.f, m.C, m.g, m.h2)
