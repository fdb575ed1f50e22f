"""__name__, __file__, __spec__, __loader__, __builtins__, __cached__, __doc__, __dict__ of the module."""
#==> before
"""Old."""
def names():
    return __name__, __file__, __package__
#==> after
"""New."""
def names():
    return __name__, __file__, __package__, __spec__.name
#==> use
import sys
import m

file, package = m.__file__, m.__package__

def check():
    assert m.names() == ("m", file, package, "m") and m.__doc__ == "New."
    assert m.__spec__.loader is m.__loader__ and m.__spec__.origin == file
    assert sys.modules["m"] is m and m.names.__module__ == "m"
    assert not m.__spec__._initializing if hasattr(m.__spec__, "_initializing") else True
