"""What a function has as attributes is the same in a class that stays of old as in the one that comes in its place."""
#: without g: on 3.14 what computes its annotations keeps the namespace of one import more
#==> before
class Tag:
    n = 1
def helper():
    return 1
class B:
    def hi(self):
        return "B"
class C(B):
    __slots__ = ("a",)
    def hi(self):
        return super().hi()
    hi.tag, hi.help = Tag, helper
#==> after
class Tag:
    n = 2
def helper():
    return 2
class B:
    def hi(self):
        return "B"
class C(dict, B):
    __slots__ = ("a", "z")
    def hi(self, x: Tag = Tag):
        return super().hi()
    hi.tag, hi.help = Tag, helper
#==> use
import m

c = m.C()

def check():
    hi = type(c).hi
    assert c.hi() == "B"
    assert hi.tag is m.Tag and hi.help is m.helper
    assert hi.tag.n == hi.help() == 2
    assert hi.__annotations__["x"] is m.Tag

def report(r):
    left = {x["holder"]: x["reason"] for x in r["references"]["left"]}
    assert {"C object"} >= set(left), left
