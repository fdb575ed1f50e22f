"""A class becomes a function while instances live: they go on and are reported."""
#: without f: a new process has no such instance
#==> before
class C:
    def v(self):
        return "old"
#==> after
def C():
    return "new"
#==> use
import m

Made = m.C
c = m.C() if isinstance(m.C, type) else None

def check():
    assert m.C() == "new" and Made is m.C
    assert c.v() == "old"

def report(r):
    assert any("C" in str(x["object"]) for x in r["references"]["left"]), r["references"]
