"""Two frozensets that become equal when a class in one of them is gone both stay in a set that is iterated over."""
#: without t: what is left is alive
#: without a: what is left is not what the new source makes
#==> before
class Gone:
    pass
def kept():
    return "old"
#==> after
def kept():
    return "new"
#==> use
import m

one, other = frozenset([m.kept]), frozenset([m.kept, getattr(m, "Gone", int)])
items = {one, other, "more"}
loop = iter(items)
next(loop)

def check():
    assert len(list(loop)) == 2 and len(items) == 3 and m.kept() == "new"
    assert one in items and other in items

def report(json):
    left = json["references"]["left"]
    assert len(left) == 1 and "iterator" in left[0]["reason"], left
