"""What another module put into the class (a monkey patch) is what a new process' import order gives: gone or kept, not half."""
#: without f: there the patch comes last
#==> before
class C:
    def v(self):
        return "old"
    def w(self):
        return "old"
#==> after
class C:
    def v(self):
        return "new"
    def w(self):
        return "new"
#==> use
import m

def patched(self):
    return "patched"
m.C.w = patched
c = m.C()

def check():
    assert c.v() == "new" and c.w() in ("new", "patched")
