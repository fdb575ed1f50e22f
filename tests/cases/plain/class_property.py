"""Properties changed, added, removed, and turned into plain methods."""
#==> before
class C:
    x = 1
    @property
    def changed(self):
        return "old"
    @property
    def removed(self):
        return "old"
    @property
    def flat(self):
        return "old"
    def method(self):
        return "old"
#==> after
class C:
    x = 1
    @property
    def changed(self):
        return "new"
    @changed.setter
    def changed(self, value):
        self.x = value
    @property
    def method(self):
        return "new"
    def flat(self):
        return "new"
#==> use
from m import C

c = C()

def check():
    assert c.changed == "new"
    c.changed = 5
    assert c.x == 5
    assert c.method == "new" and c.flat() == "new"
    assert not hasattr(c, "removed")
