"""What the new top level puts in the place of something that has no name in the module, wherever it can reach."""
#==> before
import functools
import registry
def handle(kind):
    return "old " + kind
registry.hook = lambda: "old hook"
registry.Base.attribute = lambda self: "old attribute"
registry.slots[1] = lambda: "old slot"
registry.tree["a"]["b"] = functools.partial(handle, "partial")
registry.app.handlers["x"] = lambda: "old handler"
registry.keep(lambda: "old kept")
#==> after
import functools
import registry
def handle(kind):
    return "new " + kind
registry.hook = lambda: "new hook"
registry.Base.attribute = lambda self: "new attribute"
registry.slots[1] = lambda: "new slot"
registry.tree["a"]["b"] = functools.partial(handle, "partial")
registry.app.handlers["x"] = lambda: "new handler"
registry.keep(lambda: "new kept")
#==> use registry.py
class Base:
    pass

class App:
    def __init__(self):
        self.handlers = {}

def _keeper():
    kept = None
    def keep(f):
        nonlocal kept
        kept = f
    return keep, lambda: kept

keep, kept = _keeper()
hook, slots, tree, app = None, [None, None, None], {"a": {}}, App()
#==> use
import registry
import m

def check():
    assert registry.hook() == "new hook" and registry.Base().attribute() == "new attribute"
    assert registry.slots[1]() == "new slot" and registry.slots[::2] == [None, None]
    assert registry.tree["a"]["b"]() == "new partial" and registry.app.handlers["x"]() == "new handler"
    assert registry.kept()() == "new kept"
