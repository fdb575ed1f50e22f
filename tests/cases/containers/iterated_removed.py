"""Something that is not defined any more, in dicts and sets that a loop is in the midst of: it stays, and is named."""
#: without t: what is left is alive
#: without a: what is left is not what the new source makes
#==> before
class Gone:
    pass
def K():
    return "old"
#==> after
class K:
    def __new__(cls):
        return "new"
#==> use
import m

gone = getattr(m, "Gone", int)
values = {"a": 1, "gone": gone, "K": m.K, "z": 2}
keys = {"a": 1, gone: 3, m.K: 4, "z": 2}
items = {"a", gone, m.K, "z"}
quiet = {"gone": gone, "z": 2}
loops = [iter(values), iter(keys), iter(items)]
begun = [next(loop) for loop in loops]

def check():
    rest = [list(loop) for loop in loops]
    gone = values["gone"]
    assert rest[0] == ["gone", "K", "z"] and rest[1] == [gone, m.K, "z"] and len(rest[2]) == 3, rest
    assert len(items) == 4 and gone in items and set(rest[2]) <= items
    assert values["K"] is m.K and values["K"]() == "new" and keys[m.K] == 4 and m.K in items
    assert list(quiet.values()) == ([int, 2] if gone is int else [2])

def report(json):
    left = json["references"]["left"]
    assert len(left) == 3 and all("iterator" in entry["reason"] for entry in left), left
