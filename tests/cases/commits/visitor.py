"""A visitor that looks methods up by name and caches them."""
#==> before
class Visitor:
    cache = {}
    def visit(self, node):
        kind = type(node).__name__
        if kind not in self.cache:
            self.cache[kind] = getattr(self, "visit_" + kind, self.generic)
        return self.cache[kind](node)
    def generic(self, node):
        return "old generic"
    def visit_int(self, node):
        return "old int"
#==> after
class Visitor:
    cache = {}
    def visit(self, node):
        kind = type(node).__name__
        if kind not in self.cache:
            self.cache[kind] = getattr(self, "visit_" + kind, self.generic)
        return self.cache[kind](node)
    def generic(self, node):
        return "new generic"
    def visit_int(self, node):
        return "new int"
    def visit_str(self, node):
        return "new str"
#==> use
from m import Visitor

visitor = Visitor()
[visitor.visit(x) for x in (1, "", None)]

def check():
    assert [visitor.visit(x) for x in (1, "", None)] == ["new int", "new str", "new generic"]
