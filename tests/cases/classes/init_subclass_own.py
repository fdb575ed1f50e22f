"""A base of the module keeps a registry of its subclasses in other modules (carried by __reimport_keep__)."""
#==> before
__reimport_keep__ = ("known",)
known = []
class Base:
    def __init_subclass__(cls):
        known.append(cls)
    def v(self):
        return "old"
#==> after
__reimport_keep__ = ("known",)
known = []
class Base:
    def __init_subclass__(cls):
        known.append(cls)
    def v(self):
        return "new"
#==> use
import m

class A(m.Base):
    pass
class B(A):
    pass

def check():
    assert m.known == [A, B] and [c().v() for c in m.known] == ["new", "new"]
