"""A bound method whose method is gone is reported, or gone."""
#: without f: a new process has no such method
#==> before
class C:
    def gone(self):
        return "old"
    def kept(self):
        return "old"
#==> after
class C:
    def kept(self):
        return "new"
#==> use
import m

c = m.C()
held = {"gone": c.gone, "kept": c.kept}

def check():
    assert not hasattr(c, "gone") and held["kept"]() == "new"

def report(r):
    left = r["references"]["left"]
    assert "gone" not in held or any("gone" in x["object"] for x in left), left
