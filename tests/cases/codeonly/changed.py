"""--code-only: what the program's own code may have changed or deleted since is not listed; what it only reads is."""
#: options --code-only
#: without fptab: the list is all that there is to see
#==> before
import os.path as deleted
import sys

STATE = {"count": 0, "mode": "idle"}
TABLE = {(1, 2): "a", 3: "b"}
QUEUE = [1, 2, 3]
SEEN = {1, 2}
NESTED = {"a": {"b": 1}}
ALIASED = {"a": 1}
PASSED = [1, 2]
SPELLED = 1
SET = 1
WALRUS = 1
error = "none"
gone = 1
READ = {"a": 1}
LOOKED_UP = {"a": {"b": 1}}
ITERATED = [1, 2]
UNUSED = {"a": 1}
if (WALRUS := 2): pass
try: raise ValueError
except ValueError as error: pass
del sys.modules[__name__].deleted

class C:
    options = {"x": 1}
    items = [1, 2]
    kept = {"x": 1}
    def meth(self):
        self.options["x"] = 2
        self.items.reverse()
        return "before", self.kept["x"]

class D:
    global SET
    SET = 2

def default(a={"k": 1}):
    a["k"] = 2
    return "before"

def change():
    global gone
    STATE["count"] += 1
    STATE["mode"] = "busy"
    del TABLE[1, 2]
    QUEUE.pop(), QUEUE.append(7), SEEN.discard(1)
    NESTED["a"]["b"] = 2
    alias = ALIASED
    alias["a"] = 2
    swap(PASSED)
    globals()["SPELLED"] = 2
    del gone
    return "before", READ["a"], LOOKED_UP["a"]["b"] > 1, [i for i in ITERATED]

def swap(what):
    what[0], what[1] = what[1], what[0]
    return "before"
#==> after
import os.path as deleted
import sys

STATE = {"count": 0, "mode": "idle"}
TABLE = {(1, 2): "a", 3: "b"}
QUEUE = [1, 2, 3]
SEEN = {1, 2}
NESTED = {"a": {"b": 1}}
ALIASED = {"a": 1}
PASSED = [1, 2]
SPELLED = 1
SET = 1
WALRUS = 1
error = "none"
gone = 1
READ = {"a": 1}
LOOKED_UP = {"a": {"b": 1}}
ITERATED = [1, 2]
UNUSED = {"a": 1}
if (WALRUS := 2): pass
try: raise ValueError
except ValueError as error: pass
del sys.modules[__name__].deleted

class C:
    options = {"x": 1}
    items = [1, 2]
    kept = {"x": 1}
    def meth(self):
        self.options["x"] = 2
        self.items.reverse()
        return "after", self.kept["x"]

class D:
    global SET
    SET = 2

def default(a={"k": 1}):
    a["k"] = 2
    return "after"

def change():
    global gone
    STATE["count"] += 1
    STATE["mode"] = "busy"
    del TABLE[1, 2]
    QUEUE.pop(), QUEUE.append(7), SEEN.discard(1)
    NESTED["a"]["b"] = 2
    alias = ALIASED
    alias["a"] = 2
    swap(PASSED)
    globals()["SPELLED"] = 2
    del gone
    return "after", READ["a"], LOOKED_UP["a"]["b"] > 1, [i for i in ITERATED]

def swap(what):
    what[0], what[1] = what[1], what[0]
    return "after"
#==> use
import m

m.change()
m.C().meth()
m.default()

def check():
    assert m.swap([1, 2]) == m.default() == m.C().meth()[0] == "after"
    assert m.STATE["mode"] == "busy" and m.SPELLED == m.SET == 2

def report(json):
    module, = json["modules"]
    assert module["beyond"] == [], module["beyond"]
