"""Three definitions under one name, as setters are: each goes to its own."""
#==> before
class C:
    def __init__(self):
        self.log = []
    @property
    def x(self):
        return "old get"
    @x.setter
    def x(self, v):
        self.log.append("old set")
    @x.deleter
    def x(self):
        self.log.append("old del")
#==> after
class C:
    def __init__(self):
        self.log = []
    @property
    def x(self):
        return "new get"
    @x.setter
    def x(self, v):
        self.log.append("new set")
    @x.deleter
    def x(self):
        self.log.append("new del")
#==> use
from m import C

c = C()
get, set_, del_ = C.x.fget, C.x.fset, C.x.fdel

def check():
    c.x = 1
    del c.x
    assert c.x == "new get" and c.log == ["new set", "new del"]
    set_(c, 1), del_(c)
    assert get(c) == "new get" and c.log[2:] == ["new set", "new del"]
