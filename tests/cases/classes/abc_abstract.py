"""Methods become abstract and concrete."""
#==> before
import abc
class Base(abc.ABC):
    @abc.abstractmethod
    def a(self): ...
    def b(self):
        return "old"
class Sub(Base):
    def a(self):
        return "old"
#==> after
import abc
class Base(abc.ABC):
    def a(self):
        return "new"
    @abc.abstractmethod
    def b(self): ...
class Sub(Base):
    def b(self):
        return "new"
#==> use
import m

class NoB(m.Base):
    def a(self):
        return "mine"

def refused(cls):
    try:
        cls()
    except TypeError:
        return True

def check():
    assert refused(m.Base) and m.Base.__abstractmethods__ == {"b"}
    sub = m.Sub()
    assert sub.a() == sub.b() == "new" and m.Sub.__abstractmethods__ == frozenset()
