"""Nested functions of one name, to which others came: each gets its own code, or keeps what it has; the report says so."""
#: without f: not all of the new source arrives
#==> before
def pair():
    def on(x): return "first", x
    a = on
    def on(x): return "second", x
    return a, on

def table():
    return {"inc": lambda x: x + 1,
            "dbl": lambda x: x * 2}

def edited():
    return {"inc": lambda x: x + 1,
            "dbl": lambda x: x * 2}

def between():
    return {"inc": lambda x: x + 1,
            "dbl": lambda x: x * 2,
            "neg": lambda x: -x}

def kind():
    class Box:
        def get(self): return "method"
    return Box

def deep():
    def made(x):
        return lambda: ("first", x)
    a = made
    def made(x):
        return lambda: ("second", x)
    return a(1), made(1)

def same_kind():
    class Box:
        def get(self): return "old"
    return Box

def fewer():
    return {"inc": lambda x: x + 1,
            "dbl": lambda x: x * 2}

def told():
    return {"one": lambda x: x + 1,
            "two": lambda x, y: x + y}
#==> after
def pair():
    def on(x): return "new first", x
    z = on
    def on(x): return "first", x
    a = on
    def on(x): return "second, edited", x
    return a, on

def table():
    return {"log": lambda x: "logged",
            "inc": lambda x: x + 1,
            "dbl": lambda x: x * 2.5}

def edited():
    return {"log": lambda x: "logged",
            "inc": lambda x: x + 1.5,
            "dbl": lambda x: x * 2.5}

def between():
    return {"inc": lambda x: x + 1,
            "dbl": lambda x: x * 2.5,
            "neg": lambda x: -x,
            "log": lambda x: "logged"}

def kind():
    def Box():
        def get(): return "function"
        return get
    return Box

def deep():
    def made(x):
        return lambda: ("new", x)
    a = made
    def made(x):
        return lambda: ("first, edited", x)
    a = made
    def made(x):
        return lambda: ("second, edited", x)
    return a(1), made(1)

def same_kind():
    Box = lambda: None
    class Box:
        def get(self): return "new"
    return Box

def fewer():
    return {"dbl": lambda x: x * 2}

def told():
    return {"log": lambda x, end="": "logged",
            "two": lambda x, y: (x, y),
            "one": lambda x: x + 1.5}
#==> use
import m

pair, table, edited, between, box, deep = m.pair(), m.table(), m.edited(), m.between(), m.kind()(), m.deep()
same_kind, fewer, told = m.same_kind()(), m.fewer(), m.told()

def values(table, *args):
    return {k: f(*args) for k, f in table.items()}

def check():
    assert [f(1) for f in pair] == [("first", 1), ("second", 1)], [f(1) for f in pair]
    assert values(table, 10) == values(edited, 10) == {"inc": 11, "dbl": 20}, (values(table, 10), values(edited, 10))
    assert values(between, 10) == {"inc": 11, "dbl": 25, "neg": -10}, values(between, 10)
    assert box.get() == "method"
    assert [f() for f in deep] == [("first", 1), ("second", 1)], [f() for f in deep]
    assert same_kind.get() == "new"
    assert values(fewer, 10) == {"inc": 11, "dbl": 20}
    assert told["one"](1) == 2.5 and told["two"](1, 2) == (1, 2)
    assert m.table()["log"](1) == "logged"

def report(json):
    left = sorted(e["object"] for e in json["references"]["left"])
    assert left == ["deep.<locals>.made.<locals>.<lambda>"] * 2 + ["edited.<locals>.<lambda>"] * 2 + [
        "pair.<locals>.on", "table.<locals>.<lambda>"], left
    assert all("which of it belongs here" in e["reason"] for e in json["references"]["left"])
