"""--code-only: code that could belong to several functions, or to none, goes to none, and the report says so."""
#: options --code-only
#: without fptab: not all of the new source arrives
#==> before
table = [lambda x: 1, lambda x: 2, lambda x: 3]

def outer(a):
    def inner():
        return "before", a
    def other():
        return "before"
    return inner, other

def gone():
    return "before"

def kept():
    return "before"
#==> after
table = [lambda x: 11, lambda x: 12]

def outer(a, b):
    def inner():
        return "after", a, b
    return inner

def kept():
    return "after"
#==> use
import m

table = m.table
inner, other = m.outer(1)
gone = m.gone

def check():
    assert [f(0) for f in table] == [1, 2, 3]
    assert inner() == ("before", 1) and other() == "before" and gone() == "before"
    assert m.outer(1, 2)() == ("after", 1, 2)
    assert m.kept() == "after"

def report(json):
    module, = json["modules"]
    left = sorted((e["object"], e["reason"]) for e in json["references"]["left"])
    assert [name for name, _ in left] == ["<lambda>"] * 3 + ["outer.<locals>.inner", "outer.<locals>.other"], left
    assert "which of it belongs here cannot be told" in left[0][1]
    assert "did not capture" in left[3][1]
    assert "no code of that name" in left[4][1]
    assert module["functions"]["updated"] == ["outer", "kept"]
    assert module["beyond"] == [{"what": "removed function", "name": "gone"}]
