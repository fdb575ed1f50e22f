"""Code run with exec and eval in the module's namespace, and vars(m) held."""
#==> before
x = 1
def run():
    return eval("x", globals()), "old"
#==> after
x = 2
def run():
    return eval("x", globals()), "new"
#==> use
import m

namespace = vars(m)
exec("def injected():\n    return x", namespace)
compiled = compile("x", "held", "eval")

def check():
    assert namespace is vars(m) and m.run() == (2, "new")
    assert eval(compiled, namespace) == 2
    assert not hasattr(m, "injected") or m.injected() == 2
