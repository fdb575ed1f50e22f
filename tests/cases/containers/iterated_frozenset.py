"""A frozenset that is a key and in the midst of an iteration keeps a class that is gone, which is named, and is found."""
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

within = frozenset([getattr(m, "Gone", int), m.kept, "more"])
keys, items = {within: 1}, {within}
loop = iter(within)
next(loop)

def check():
    assert len(list(loop)) == 2 and len(within) == 3 and m.kept in within and m.kept() == "new"
    assert keys[within] == 1 and within in items

def report(json):
    left = json["references"]["left"]
    assert [entry["object"] for entry in left] == ["Gone"] and "iterator" in left[0]["reason"], left
