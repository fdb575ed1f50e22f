"""--code-only: a method that is new to super() finds its class; closures are reordered, and keep their cells."""
#: options --code-only
#: without ptab: swapping code only is asked for through the command
#==> before
class Base:
    def meth(self):
        return ["base"]

class C(Base):
    def meth(self):
        return ["before"]
    @classmethod
    def make(cls):
        return "before"
    class N(Base):
        def meth(self):
            return ["before N"]

def outer():
    a, b, c = 1, 2, 3
    def inner():
        return "before", c
    def keep():
        return a, b
    return inner, keep

def counter():
    a = z = 0
    def count():
        nonlocal z
        z += 1
        return "before", z, a
    return count
#==> after
class Base:
    def meth(self):
        return ["base"]

class C(Base):
    def meth(self):
        return super().meth() + ["after"]
    @classmethod
    def make(cls):
        return "after", __class__
    class N(Base):
        def meth(self):
            return super().meth() + ["after N"]

def outer():
    a, b, c = 1, 2, 3
    def inner():
        return "after"
    def keep():
        return a, b
    return inner, keep

def counter():
    a = z = 0
    def count():
        nonlocal a
        a += 1
        return "after", a, z
    return count
#==> use
import m

c, n, meth = m.C(), m.C.N(), m.C().meth
inner, keep = m.outer()
count = m.counter()
count()

def check():
    assert c.meth() == meth() == ["base", "after"] and n.meth() == ["base", "after N"]
    assert m.C.make() == ("after", m.C)
    assert inner() == "after" and keep() == (1, 2)
    z = count()
    assert z[:2] == ("after", 1) and z[2] in (0, 1)

def report(json):
    module, = json["modules"]
    assert json["references"]["left"] == [], json["references"]["left"]
    assert module["beyond"] == []
