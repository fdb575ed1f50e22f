"""Classes in classes: held, instantiated, subclassed."""
#==> before
class Outer:
    class Inner:
        def v(self):
            return "old"
        class Deep:
            v = "old"
    def make(self):
        return self.Inner()
#==> after
class Outer:
    class Inner:
        def v(self):
            return "new"
        class Deep:
            v = "new"
    class Added(Inner):
        pass
    def make(self):
        return self.Added()
#==> use
from m import Outer

Inner, Deep = Outer.Inner, Outer.Inner.Deep
inner, outer = Inner(), Outer()
class Mine(Outer.Inner):
    pass

def check():
    assert inner.v() == Mine().v() == "new" and Deep.v == "new"
    assert Inner is Outer.Inner and Deep is Outer.Inner.Deep
    assert type(outer.make()) is Outer.Added and isinstance(outer.make(), Inner)
