"""Put into builtins, os.environ hooks, sys.modules under another name."""
#==> before
def f():
    return "old"
#==> after
def f():
    return "new"
#==> use
import builtins
import sys
import m

builtins.installed_f = m.f
sys.modules["alias_of_m"] = m

def check():
    import alias_of_m
    assert installed_f() == "new" and installed_f is m.f is alias_of_m.f and alias_of_m is m
    del builtins.installed_f
