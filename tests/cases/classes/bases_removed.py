"""The base class of a class elsewhere is gone from the module: reported, and it goes on."""
#: without f: a new process cannot make the class
#==> before
class Gone:
    def go(self):
        return "old"
def kept():
    return "old"
#==> after
def kept():
    return "new"
#==> use
import m

class Mine(m.Gone):
    pass
mine = Mine()

def check():
    assert m.kept() == "new" and not hasattr(m, "Gone")
    assert mine.go() == "old" and isinstance(mine, Mine)

def report(r):
    assert any("Gone" in str(x["object"]) for x in r["references"]["left"]), r["references"]
