"""What is gone from disk with its package is named in the report, and nothing else is."""
#: reimport p
#: without ta: the old source brings it back
#==> before p/__init__.py
from . import gone
#==> before p/gone.py
def f():
    return "old"
class C:
    def g(self):
        return "old"
#==> after p/__init__.py
x = "new"
#==> gone p/gone.py
#==> use
import sys
import types
import p
p.made = sys.modules["p.made"] = types.ModuleType("p.made")

def check():
    assert p.x == "new" and "p.gone" not in sys.modules and not hasattr(p, "gone")
    assert sys.modules["p.made"] is p.made

def report(r):
    gone = [m for m in r["modules"] if m.get("gone")]
    assert [m["name"] for m in r["modules"]] == ["p", "p.gone"] and [m["name"] for m in gone] == ["p.gone"]
    assert sorted(gone[0]["functions"]["removed"]) == ["C.g", "f"], gone
    assert gone[0]["classes"]["removed"] == ["C"] and gone[0]["file"].endswith("gone.py"), gone
