"""A new top level that puts something else than a module in its place: None, numbers, instances, classes."""
#: reimport number nothing instance kind proxy other
#: without f: there is nothing old in a new process
#: without ta: what is loaded then cannot be reimported
#==> before number.py
def f():
    return "old"
#==> before nothing.py
def f():
    return "old"
#==> before instance.py
def f():
    return "old"
#==> before kind.py
def f():
    return "old"
#==> before proxy.py
def f():
    return "old"
#==> before other.py
def f():
    return "old"
#==> after number.py
import sys
sys.modules[__name__] = 5
#==> after nothing.py
import sys
sys.modules[__name__] = None
#==> after instance.py
import sys
import other
class Settings:
    f = staticmethod(lambda: "new")
    def __init__(self):
        self.other = other
        self.others = other.f
sys.modules[__name__] = Settings()
#==> after kind.py
import sys
class Kind:
    f = staticmethod(lambda: "new")
sys.modules[__name__] = Kind
#==> after proxy.py
import sys
class Proxy:
    def __init__(self, of):
        object.__setattr__(self, "of", of)
    def __getattribute__(self, name):
        return getattr(object.__getattribute__(self, "of"), name)
    def __setattr__(self, name, value):
        raise RuntimeError(name)
def f():
    return "new"
sys.modules[__name__] = Proxy(sys.modules[__name__])
#==> after other.py
def f():
    return "new"
#==> use
import sys
import number, nothing, instance, kind, proxy, other
from other import f

def check():
    now = sys.modules
    assert now["number"] == 5 and now["nothing"] is None and now["kind"].f() == now["instance"].f() == "new"
    assert now["proxy"].f() == "new"
    assert number.f() == nothing.f() == instance.f() == kind.f() == proxy.f() == "old"
    assert f() == "new" and f is other.f
    assert now["instance"].other is other and now["instance"].others is f

def report(r):
    files = {m["name"]: m["file"] for m in r["modules"]}
    assert files["number"] is None and files["other"].endswith("other.py"), files
