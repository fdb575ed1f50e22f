"""isinstance, except clauses and match patterns in code that was compiled and ran before."""
#==> before
class Base: pass
class A(Base): pass
class Err(Exception): pass
def make():
    return A()
def fail():
    raise Err("old")
#==> after
class Base: pass
class A(Base): pass
class B(Base): pass
class Err(Exception): pass
class Worse(Err): pass
def make():
    return B()
def fail():
    raise Worse("new")
#==> use
from m import A, Base, Err, make, fail

a = make()
def kind(x):
    if isinstance(x, A):
        return "A"
    return "Base" if isinstance(x, (int, Base)) else None
def caught():
    try:
        fail()
    except (KeyError, Err) as e:
        return type(e).__name__, str(e)
first = kind(a), caught()

def check():
    import m
    assert kind(m.A()) == "A" and kind(make()) == "Base" and caught() == ("Worse", "new")
