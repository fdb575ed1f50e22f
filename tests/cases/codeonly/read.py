"""--code-only: containers that the source only reads are listed where their literals changed."""
#: options --code-only
#: without fptab: the list is all that there is to see
#==> before
READ = {"a": 1}
LOOKED_UP = {"a": {"b": 1}}
ITERATED = [1, 2]
UNUSED = {"a": 1}
TESTED = {1}

class C:
    kept = {"x": 1}
    def meth(self):
        return "before", self.kept["x"]

def read():
    if 1 in TESTED or not ITERATED:
        print(len(READ), READ)
    return "before", READ["a"], READ.get("b"), LOOKED_UP["a"]["b"] > 1, [i for i in ITERATED]
#==> after
READ = {"a": 2}
LOOKED_UP = {"a": {"b": 2}}
ITERATED = [1, 3]
UNUSED = {"a": 2}
TESTED = {1, 2}

class C:
    kept = {"x": 2}
    def meth(self):
        return "after", self.kept["x"]

def read():
    if 1 in TESTED or not ITERATED:
        print(len(READ), READ)
    return "after", READ["a"], READ.get("b"), LOOKED_UP["a"]["b"] > 1, [i for i in ITERATED]
#==> use
import m

def check():
    assert m.C().meth() == ("after", 1)

def report(json):
    module, = json["modules"]
    found = [e["what"] + " " + e["name"] for e in module["beyond"]]
    assert found == ["constant " + n for n in ("READ", "LOOKED_UP", "ITERATED", "UNUSED", "TESTED", "C.kept")], found
