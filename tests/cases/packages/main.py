"""__main__: its functions and classes follow, its guarded block does not run again."""
#: reimport __main__
#: main app.py
#: without i: the judgement of names is the same; the command finds it by the same name
#==> before app.py
import sys
def f():
    return "old"
class C:
    def v(self):
        return "old", __name__
if __name__ == "__main__":
    sys.started = getattr(sys, "started", 0) + 1
#==> after app.py
import sys
def f():
    return "new"
class C:
    def v(self):
        return "new", __name__
if __name__ == "__main__":
    sys.started = getattr(sys, "started", 0) + 1
#==> use
import sys
import __main__
from __main__ import f, C

c = C()

def check():
    assert f() == "new" and f is __main__.f and c.v() == ("new", "__main__") and type(c) is C
    assert __main__.__name__ == "__main__" and C.__module__ == f.__module__ == "__main__"
    assert sys.started == 1 and sys.modules["__main__"] is __main__
