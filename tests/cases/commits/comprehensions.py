"""Comprehensions, generator expressions, walrus, f-strings and nested scopes in functions that live on."""
#==> before
K = 2
def make(items):
    total = sum(x * K for x in items)
    def report(prefix):
        return f"old {prefix} {total} {[x for x in items if x > K]} {({x: K for x in items})}"
    return report
#==> after
K = 3
def make(items):
    total = sum(x * K for x in items)
    def report(prefix):
        if (n := len(prefix)) > 100:
            return n
        return f"new {prefix} {total} {[x for x in items if x > K]} {sorted({y for y in items})}"
    return report
#==> use
import m

report = m.make([1, 2, 4])

def check():
    assert report("p") in ("new p 14 [4] [1, 2, 4]", "new p 21 [4] [1, 2, 4]"), report("p")
    assert m.make([5])("q") == "new q 15 [5] [5]"
