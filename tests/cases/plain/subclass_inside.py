"""Base and subclass in the same module; the subclass' instance is outside."""
#==> before
class Base:
    def a(self):
        return "old a"
class Sub(Base):
    def b(self):
        return "old b"
#==> after
class Base:
    def a(self):
        return "new a"
class Sub(Base):
    def b(self):
        return "new b" + self.a()
#==> use
import m

sub = m.Sub()

def check():
    assert sub.a() == "new a" and sub.b() == "new bnew a"
    assert m.Sub.__bases__ == (m.Base,) and issubclass(m.Sub, m.Base)
    assert m.Base.__subclasses__() == [m.Sub]
