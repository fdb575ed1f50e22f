"""A new top level that is the first to put something of its own in the place of what another module has there."""
#: without g: what the record keeps for an undo is the module's own from the second time on
#==> before
import registry
def patched():
    return "of no use yet"
#==> after
import registry
def patched():
    return "patched"
registry.plain = lambda: patched()
registry.Base.method = lambda self: patched()
registry.default = patched
#==> use registry.py
class Base:
    def method(self):
        return "as it came"

def plain():
    return "as it came"

default = None
#==> use
import registry
import m

base = registry.Base()

def check():
    assert registry.plain() == base.method() == registry.default() == "patched"
    assert registry.default is m.patched
