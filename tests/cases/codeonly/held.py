"""--code-only: functions that only C code holds, that the collector does not show, and code that is held by itself."""
#: options --code-only
#: without ptab: swapping code only is asked for through the command
#==> before
import functools
import gc
import sqlite3
import types

codes = set()

def internal(f):
    codes.add(f.__code__)
    return f

@internal
def noted():
    return "before"

def compare(x):
    return "before %s" % x

def partial(a, b):
    return "before", a, b

@types.coroutine
def bare():
    yield "before"
    return "before"

async def waits():
    return await bare()

class Big:
    def meth(self):
        return "before"

def frozen():
    return "before"
#==> after
import functools
import gc
import sqlite3
import types

codes = set()

def internal(f):
    codes.add(f.__code__)
    return f

@internal
def noted():
    return "after"

def compare(x):
    return "after %s" % x

def partial(a, b):
    return "after", a, b

@types.coroutine
def bare():
    yield "after"
    return "after"

async def waits():
    return await bare()

class Big:
    def meth(self):
        return "after"

def frozen():
    return "after"
#==> use
import functools
import gc
import sqlite3
import m

db = sqlite3.connect(":memory:", check_same_thread=False)
db.create_function("compare", 1, m.compare)
held = functools.partial(m.partial, 1)
calls = iter(m.Big().meth, None)
table = {m.noted.__code__: "noted"}
numbers = [m.noted.__code__, 1]
frozen = m.frozen
gc.collect()
gc.freeze()
del m.compare, m.partial, m.Big

def check():
    assert db.execute("select compare(1)").fetchone() == ("after 1",)
    assert held(2) == ("after", 1, 2) and next(calls) == "after" and frozen() == "after"
    assert m.noted.__code__ in m.codes and len(m.codes) == 1
    assert table[m.noted.__code__] == "noted" and numbers == [m.noted.__code__, 1]
    coroutine = m.waits()
    assert coroutine.send(None) == "after"
    try:
        coroutine.send(None)
    except StopIteration as e:
        assert e.value == "after"

def report(json):
    assert json["references"]["left"] == [] and json["references"]["switched"] >= 3, json["references"]
    assert all(m["functions"]["updated"].count("bare") == 1 for m in json["modules"])
