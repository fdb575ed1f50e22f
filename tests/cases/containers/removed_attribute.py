"""Attributes of instances and classes that held what is gone, are gone."""
#==> before
def gone():
    pass
def kept():
    return "old"
#==> after
def kept():
    return "new"
#==> use
import m

class Holder:
    pass

held = Holder()
if hasattr(m, "gone"):
    held.gone = m.gone
    Holder.of_class = m.gone
held.kept = m.kept

def check():
    assert vars(held) == {"kept": m.kept} and held.kept() == "new"
    assert not hasattr(Holder, "of_class")
