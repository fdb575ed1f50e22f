"""The second base of a class elsewhere becomes a list, another one is gone: both classes are reported."""
#: without f: a new process cannot make the classes
#==> before
class A:
    pass
class B:
    def v(self):
        return "b"
class Gone:
    def v(self):
        return "gone"
#==> after
class A:
    pass
B = ["new"]
#==> use
import m

class First(m.A, m.B):
    pass
class Second(m.A, m.Gone):
    pass

def check():
    assert m.B == ["new"] and not hasattr(m, "Gone")
    assert First().v() == "b" and Second().v() == "gone"

def report(r):
    left = {(x["holder"], x["object"]) for x in r["references"]["left"]}
    assert {("First", "B"), ("Second", "Gone")} <= left, left
