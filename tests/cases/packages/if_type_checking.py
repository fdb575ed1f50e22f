"""Conditional imports, try/except ImportError around imports, imports in functions and classes."""
#==> before
try:
    import no_such_module_at_all as fast
except ImportError:
    fast = None
class C:
    import json
    def go(self):
        import textwrap
        return "old", fast, textwrap.__name__, self.json.__name__
#==> after
try:
    import json as fast
except ImportError:
    fast = None
class C:
    import json
    def go(self):
        import difflib
        return "new", fast.__name__, difflib.__name__, self.json.__name__
#==> use
from m import C

c = C()

def check():
    assert c.go() == ("new", "json", "difflib", "json")
