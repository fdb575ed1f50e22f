"""WeakMethod."""
#==> before
class C:
    def go(self):
        return "old"
#==> after
class C:
    def go(self):
        return "new"
#==> use
import weakref
import m

c = m.C()
held = weakref.WeakMethod(c.go)

def check():
    assert held()() == "new" and held() == c.go
