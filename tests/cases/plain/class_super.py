"""super() with and without arguments, in old and in new methods."""
#==> before
class Base:
    def hello(self):
        return "base"
class C(Base):
    def hello(self):
        return "old " + super().hello()
    def plain(self):
        return "old"
#==> after
class Base:
    def hello(self):
        return "new base"
    def plain(self):
        return "base plain"
class C(Base):
    def hello(self):
        return "new " + super().hello()
    def plain(self):
        return "gained " + super(C, self).plain()
    def added(self):
        return "added " + super().hello() + __class__.__name__
#==> use
from m import C

c = C()

def check():
    assert c.hello() == "new new base"
    assert c.plain() == "gained base plain"
    assert c.added() == "added new baseC"
