"""A base that was a class made by a function, then a plain one; a base from another module."""
#==> before
import other
def make():
    class Made:
        def go(self):
            return "made"
    return Made
class C(make()):
    pass
class D(other.One):
    pass
#==> after
import other
class Plain:
    def go(self):
        return "plain"
class C(Plain):
    pass
class D(other.Two):
    pass
#==> use other.py
class One:
    def who(self):
        return 1
class Two:
    def who(self):
        return 2
#==> use
import m
c, d = m.C(), m.D()

def check():
    assert c.go() == "plain" and d.who() == 2
