"""functools.wraps and update_wrapper around classes, and functools.wraps of bound methods."""
#==> before
class C:
    def go(self):
        return "old"
#==> after
class C:
    def go(self):
        return "new"
#==> use
import functools
import m

@functools.wraps(m.C, updated=())
def make():
    return m.C()

c = m.C()

@functools.wraps(c.go)
def go():
    return c.go()

def check():
    assert make.__wrapped__ is m.C and make.__wrapped__().go() == "new"
    assert go() == "new" and go.__wrapped__() == "new"
