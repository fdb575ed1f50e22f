"""What the new top level put into containers of other modules: followed after a reimport, taken out
again after one that failed, with the old entries back in their places."""
#==> before
import functools
import reg
def f():
    return "old"
class C:
    v = "old"
    def m(self):
        return "old"
@functools.wraps(f)
def g():
    return "old"
c = C()
reg.listed.append(f)
reg.listed.append(C)
reg.named["f"] = f
reg.named["C"] = C
reg.named["c"] = c
reg.named["pair"] = ("f", f)
reg.keyed[C] = "C"
reg.keyed[f] = "f"
reg.members.add(f)
reg.members.add(C)
reg.within.add((f, C))
reg.table["rows"].append(("f", f))
@reg.route("/a")
def view():
    return "old"
reg.hooks.on_start = f
reg.Hooks.on_class = f
reg.module_hook = f
reg.weak.add(C)
reg.weak.add(f)
#==> after
import functools
import reg
class C:
    v = "new"
    def m(self):
        return "new"
def f():
    return "new"
@functools.wraps(f)
def g():
    return "new"
def added():
    return "new"
class Added(C):
    pass
c = C()
reg.listed.append(f)
reg.listed.append(added)
reg.listed.append(C)
reg.named["f"] = f
reg.named["added"] = added
reg.named["C"] = C
reg.named["c"] = c
reg.named["partial"] = functools.partial(added)
reg.named["method"] = c.m
reg.keyed[C] = "C"
reg.keyed[f] = "f"
reg.keyed[Added] = "Added"
reg.members.add(f)
reg.members.add(C)
reg.members.add(Added)
reg.within.add((f, C))
reg.table["rows"].append(("added", added))
@reg.route("/a")
def view():
    return "new"
@reg.route("/b")
def view_b():
    return "new"
reg.hooks.on_start = f
reg.Hooks.on_class = f
reg.module_hook = f
#==> use reg.py
import weakref
listed, named, keyed = [], {}, {}
members, within = set(range(20)), set(range(20))  # with room
table = {"rows": []}
routes = {}
weak = weakref.WeakSet()
class Hooks:
    on_start = None
hooks = Hooks()
module_hook = None
def route(path):
    def decorate(function):
        def wrapped():
            return function()
        routes[path] = function
        return wrapped
    return decorate
#==> use
import m
import reg

def check():
    assert set(reg.listed) == {m.f, m.C, m.added} and len(reg.listed) == 3
    assert reg.named["f"] is m.f and reg.named["C"] is m.C and reg.named["c"] is m.c
    assert reg.named["added"] is m.added and reg.named["partial"]() == "new"
    assert reg.named["method"]() == "new"
    assert "pair" not in reg.named or reg.named["pair"][1] is m.f
    assert reg.keyed == {m.C: "C", m.f: "f", m.Added: "Added"}
    assert reg.members - set(range(20)) == {m.f, m.C, m.Added}
    assert (m.f, m.C) in reg.within and len(reg.within) == 21
    assert reg.table["rows"][-1] == ("added", m.added)
    assert reg.routes["/a"]() == "new" and reg.routes["/b"]() == "new" and len(reg.routes) == 2
    assert reg.hooks.on_start is m.f and reg.Hooks.on_class is m.f and reg.module_hook is m.f
    assert m.f() == "new" and m.C.v == "new"
