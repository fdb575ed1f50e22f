"""--code-only: lambdas before which others came: what stands where the old one stood is not its successor for that."""
#: options --code-only
#: without fptab: not all of the new source arrives
#==> before
def top(): return 1
HANDLERS = {
    "get": lambda req: "get " + req,
    "put": lambda req: "put " + req,
    "del": lambda req: "del " + req,
}
def middle(): return 1
PLACED = {
    "get": lambda a, b: "get " + a,
    "put": lambda a, b: "put " + a,
    "del": lambda a, b: "del " + a,
}
def last(): return 1
def make():
    return {"inc": lambda x: x + 1,
            "dbl": lambda x: x * 2}
#==> after
def top(): return 2
HANDLERS = {
    "drop": lambda req: "DROPPED",
    "get": lambda req: "get2 " + req,
    "put": lambda req: "put " + req,
    "del": lambda req: "del " + req,
}
def middle(): return 2
PLACED = {
    "get": lambda a, b: "get2 " + a,
    "put": lambda a, b: "put " + a,
    "del": lambda a, b: "del " + a, "drop": lambda a, b: "DROPPED",
}
def last(): return 2
def make():
    return {"log": lambda x: "logged",
            "inc": lambda x: x + 1.5,
            "dbl": lambda x: x * 2.5}
#==> use
import m

made = m.make()

def check():
    assert m.top() == m.middle() == m.last() == 2
    assert [f("x") for f in m.HANDLERS.values()] == ["get x", "put x", "del x"]
    assert [f("x", "y") for f in m.PLACED.values()] == ["get2 x", "put x", "del x"]
    assert made["inc"](1) == 2 and made["dbl"](1) == 2

def report(json):
    left = [(e["object"], "cannot be told" in e["reason"]) for e in json["references"]["left"]]
    assert sorted(left) == [("<lambda>", True)] + [("make.<locals>.<lambda>", True)] * 2, left
