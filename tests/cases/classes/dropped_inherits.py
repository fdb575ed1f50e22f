"""Instances of classes that are gone keep all that they inherit, by way of others that are gone or replaced."""
#==> before
import ext
class Upper(ext.Base):
    pass
class Lower(Upper):
    def me(self):
        return self.hello()
class Kept(ext.Base):
    __slots__ = ("a",)
    def own(self):
        return "old"
class Below(Kept):
    __slots__ = ()
class Plain(ext.Base):
    __slots__ = ()
#==> after
import ext
class Kept(ext.Base):
    __slots__ = ("a", "b")
    def own(self):
        return "new"
#==> use ext.py
class Base:
    __slots__ = ()
    def hello(self):
        return "hello"
#==> use
import m, ext

class Derived(getattr(m, "Upper", ext.Base)):
    pass
kept = [getattr(m, name, Derived)() for name in ("Lower", "Below", "Plain")]
names = [type(o).__name__ for o in kept]

def check():
    assert m.Kept().own() == "new"
    assert [type(o).__name__ for o in kept] == names
    assert [o.hello() for o in (*kept, Derived())] == ["hello"] * 4
    assert all(isinstance(o, ext.Base) for o in kept)

def report(r):
    reasons = {x["reason"] for x in r["references"]["left"]}
    assert all("does not define" in x or "no longer defined" in x for x in reasons), reasons
