"""Bound methods as keys."""
#==> before
class C:
    def on(self):
        return "old"
    @classmethod
    def all(cls):
        return "old"
#==> after
class C:
    def on(self):
        return "new"
    @classmethod
    def all(cls):
        return "new"
#==> use
import m

c = m.C()
held = {c.on: 1, m.C.all: 2}

def check():
    assert held[c.on] == 1 and held[m.C.all] == 2
    assert [k() for k in held] == ["new", "new"]
