"""Comprehensions, lambdas, nested classes and generators see the one namespace."""
#==> before
base = 1
fs = [lambda x: x + base for _ in range(2)]
class C:
    class D:
        go = staticmethod(lambda: base)
    table = {"k": lambda: [base for _ in range(2)]}
def g(x=lambda: base):
    return x(), (lambda: base)(), next(base for _ in "x")
#==> after
base = 10
fs = [lambda x: x + base for _ in range(2)]
class C:
    class D:
        go = staticmethod(lambda: base)
    table = {"k": lambda: [base for _ in range(2)]}
def g(x=lambda: base):
    return x(), (lambda: base)(), next(base for _ in "x"), "new"
#==> use
import m
from m import g, C

def check():
    m.base = 7
    assert [f(1) for f in m.fs] == [8, 8] and C.D.go() == 7 and C.table["k"]() == [7, 7]
    assert g() == (7, 7, 7, "new")
