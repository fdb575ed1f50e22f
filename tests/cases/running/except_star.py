"""except* and exception groups: in code that ran before, and in groups made before."""
#: python 3.11
#==> before
class Err(Exception):
    def say(self):
        return "old"
class Group(ExceptionGroup):
    def derive(self, excs):
        return Group("old", excs)
def fail():
    raise Group("old", [Err("a"), KeyError("b")])
#==> after
class Err(Exception):
    def say(self):
        return "new"
class Group(ExceptionGroup):
    def derive(self, excs):
        return Group("new", excs)
def fail():
    raise Group("new", [Err("a"), KeyError("b")])
#==> use
import m
from m import Err, fail

def caught(call):
    said = []
    try:
        call()
    except* Err as group:
        said.append((group.message, [e.say() for e in group.exceptions]))
    except* KeyError:
        said.append("key")
    return said

def again():
    raise kept

first = caught(fail)
try:
    fail()
except m.Group as group:
    kept = group

def check():
    assert caught(fail) == [("new", ["new"]), "key"]
    assert caught(again) == [("new", ["new"]), "key"] and type(kept) is m.Group
