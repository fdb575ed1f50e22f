"""--code-only: a lambda came before the others of a table, after which the module has no function."""
#: options --code-only
#: without fptab: not all of the new source arrives
#==> before
def top(): return 1
HANDLERS = {
    "get": lambda req: "get " + req,
    "put": lambda req: "put " + req,
    "del": lambda req: "del " + req,
}
#==> after
def top(): return 2
HANDLERS = {
    "drop": lambda req: "DROPPED",
    "get": lambda req: "get2 " + req,
    "put": lambda req: "put " + req,
    "del": lambda req: "del " + req,
}
#==> use
import m

def check():
    assert m.top() == 2
    assert [f("x") for f in m.HANDLERS.values()] == ["get x", "put x", "del x"], [f("x") for f in m.HANDLERS.values()]

def report(json):
    left = [(e["object"], "cannot be told" in e["reason"]) for e in json["references"]["left"]]
    assert left == [("<lambda>", True)], left
