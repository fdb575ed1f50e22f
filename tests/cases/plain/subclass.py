"""A subclass in another module inherits the new methods and keeps its own."""
#==> before
class Base:
    def hook(self):
        return "old"
    def own(self):
        return "base"
#==> after
class Base:
    def hook(self):
        return "new"
    def own(self):
        return "base"
    def added(self):
        return "added to " + self.own()
#==> use
import m

class Derived(m.Base):
    def own(self):
        return "derived"
    def hook(self):
        return "derived " + super().hook()

d = Derived()

def check():
    assert d.hook() == "derived new"
    assert d.added() == "added to derived"
    assert Derived.__bases__ == (m.Base,) and isinstance(d, m.Base)
    assert Derived in m.Base.__subclasses__() and len(m.Base.__subclasses__()) == 1
