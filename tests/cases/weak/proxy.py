"""weakref.proxy to a class' instance and to a function."""
#==> before
def f():
    return "old"
class C:
    def go(self):
        return "old"
#==> after
def f():
    return "new"
class C:
    def go(self):
        return "new"
#==> use
import weakref
import m

c = m.C()
to_f, to_c = weakref.proxy(m.f), weakref.proxy(c)

def check():
    assert to_f() == "new" and to_c.go() == "new"
