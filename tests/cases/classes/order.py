"""What goes through the attributes of a class sees them in the order of the new source."""
#==> before
class Fields:
    first = 1
    gone = 2
    second = 3
    def method(self): pass
class Same:
    first = 1
class Swapped:
    first = 1
    second = 2
#==> after
class Fields:
    zeroth = 0
    second = 3
    def method(self): return 1
    between = 2
    first = 1
class Same:
    first = 1
    added = 2
class Swapped:
    second = 2
    first = 1
#==> use
import m

class Child(m.Fields): pass
Child().first
child = Child()

def public(cls):
    return [name for name in vars(cls) if not name.startswith("__")]

def check():
    assert public(m.Fields) == ["zeroth", "second", "method", "between", "first"], public(m.Fields)
    assert public(m.Same) == ["first", "added"], public(m.Same)
    assert public(m.Swapped) == ["second", "first"], public(m.Swapped)
    assert child.zeroth == 0 and child.first == 1 and child.method() == 1 and not hasattr(child, "gone")
