"""A function and a class that are gone: a dict loses the entries, by value and by key."""
#==> before
def kept():
    return "old"
def gone():
    pass
class Gone:
    pass
#==> after
def kept():
    return "new"
#==> use
import m

names = [n for n in ("kept", "gone", "Gone") if hasattr(m, n)]
values = {n: getattr(m, n) for n in names}
keys = {getattr(m, n): n for n in names}

def check():
    assert values == {"kept": m.kept} and values["kept"]() == "new"
    assert keys == {m.kept: "kept"}
