"""Several classes lose a metaclass, or get one, of which some derive from others, and classes elsewhere from two of them."""
#==> before
import abc
class Loses(abc.ABC):
    def v(self):
        return "old"
class Inner(Loses):
    pass
class Also(abc.ABC):
    pass
class Gains:
    pass
class Deep(Gains):
    pass
class More:
    pass
#==> after
import abc
class Loses:
    def v(self):
        return "new"
class Inner(Loses):
    pass
class Also:
    pass
class Gains(abc.ABC):
    pass
class Deep(Gains):
    pass
class More(abc.ABC):
    pass
#==> use
import abc
import m

class Two(m.Inner, m.Also):
    pass
class Needs(m.Loses, abc.ABC):
    pass
class Both(m.Deep, m.More):
    pass
held = Two(), Needs(), Both()

def check():
    assert held[0].v() == held[1].v() == "new"
    assert [type(c) for c in (m.Loses, m.Inner, m.Also, Two)] == [type] * 4
    assert [type(c) for c in (m.Gains, m.Deep, m.More, Both, Needs)] == [abc.ABCMeta] * 5
    m.More.register(int)
    assert isinstance(1, m.More) and not isinstance(1, Both) and isinstance(held[1], abc.ABC)
