"""Two things become one under two names: who held either has the one."""
#==> before
def a():
    return "a"
def b():
    return "b"
class A:
    v = "A"
    def get(self):
        return "A get"
class B:
    v = "B"
    def get(self):
        return "B get"
    def other(self):
        return "B other"
    again = get
#==> after
def a():
    return "new"
b = a
class A:
    v = "new"
    def get(self):
        return "new get"
    other = again = get
B = A
#==> use
import m
from m import a, b, A, B

held, keys, inside = [m.a, m.b, m.A, m.B], {m.b: "b", m.B: "B"}, (m.a, (m.b, m.B))
of_a, of_b = m.A(), m.B()
get, other = of_b.get, of_b.other
class Sub(m.B):
    pass

def check():
    assert a is b is m.a is m.b and a() == "new"
    assert A is B is m.A is m.B and A.v == "new"
    assert held == [a, a, A, A] and keys[a] == "b" and keys[A] == "B" and inside == (a, (a, A))
    assert type(of_a) is type(of_b) is A and of_a.get() == of_b.get() == of_b.other() == "new get"
    assert get() == other() == "new get" and issubclass(Sub, A) and Sub().get() == "new get"
