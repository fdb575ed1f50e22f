"""Bound methods, stored anywhere: lists, attributes, defaults, partials, closures."""
#==> before
class C:
    def __init__(self, n):
        self.n = n
    def go(self, x=0):
        return "old", self.n, x
#==> after
class C:
    def __init__(self, n):
        self.n = n
    def go(self, x=0):
        return "new", self.n, x
#==> use
import functools
import m

c = m.C(5)
go = c.go
listed = [c.go]
part = functools.partial(c.go, 7)
c.self_made = c.go
def default(f=c.go):
    return f()
closure = (lambda f: lambda: f())(c.go)

def check():
    assert go() == listed[0]() == default() == closure() == c.self_made() == ("new", 5, 0)
    assert part() == ("new", 5, 7)
    assert go.__func__ is m.C.go and go == c.go
