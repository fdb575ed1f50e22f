"""--code-only: parameters that come, go and move keep or get their defaults."""
#: options --code-only
#: without fptab: values of defaults do not change
#==> before
def more(a, b=1):
    return "before", a, b
def fewer(a=1, b=2):
    return "before", a, b
def moved(a, b=1, c=2):
    return "before", a, b, c
def keyword(a, *, k=1):
    return "before", a, k
def computed(a, b=1):
    return "before", a, b
def first(a, b):
    return "before", a, b
def value(a, numbers=[1]):
    return "before", a, sum(numbers)
def handed(a, b=[1]):
    return "before", a, b
class C:
    def meth(self, x):
        return "before", x
held = lambda x=1: ("before", x)
#==> after
def more(a, b=11, c=None, d=-2):
    return "after", a, b, c, d
def fewer(a=11):
    return "after", a
def moved(a, c=12, b=11):
    return "after", a, b, c
def keyword(a, *, k=11, extra=(3, "x")):
    return "after", a, k, extra
def computed(a, b=1, c=dict()):
    return "after", a, b, c
def first(a, b=5):
    return "after", a, b
def value(a, numbers=[2]):
    return "after", a, sum(numbers)
def handed(a, b=[2]):
    return "after", a, b
class C:
    def meth(self, x, y="y", *, z=True):
        return "after", x, y, z
held = lambda x=1, y=2: ("after", x, y)
#==> use
import m

def check():
    assert m.more(0) == ("after", 0, 1, None, -2)
    assert m.fewer() == ("after", 1)
    assert m.moved(0) == ("after", 0, 1, 2)
    assert m.keyword(0) == ("after", 0, 1, (3, "x"))
    assert m.computed(0) == ("before", 0, 1)
    assert m.first(0) == ("after", 0, 5)
    assert m.value(0) == ("after", 0, 1)
    assert m.handed(0) == ("after", 0, [1])  # not listed: who called it may have changed the list
    assert m.C().meth(0) == ("after", 0, "y", True)
    assert m.held() == ("after", 1, 2)

def report(json):
    module, = json["modules"]
    left = json["references"]["left"]
    assert [e["object"] for e in left] == ["computed"] and "defaults" in left[0]["reason"], left
    found = [(e["what"], e["name"]) for e in module["beyond"]]
    assert found == [("defaults", n) for n in ("more", "fewer", "moved", "keyword", "value")], found
    assert "computed" not in module["functions"]["updated"]
