"""The module's classes and functions, registered with another module's generic function."""
#: without bu: registering empties the cache of the generic function
#==> before
import generic
class A:
    pass
@generic.show.register(A)
def show_a(x):
    return "old a"
#==> after
import generic
class A:
    pass
@generic.show.register(A)
def show_a(x):
    return "new a"
class B(A):
    pass
@generic.show.register(B)
def show_b(x):
    return "new b"
#==> use generic.py
import functools
@functools.singledispatch
def show(x):
    return "any"
#==> use
import generic
import m

a = m.A()
generic.show(a)

def check():
    assert generic.show(a) == "new a" and generic.show(m.A()) == "new a"
    assert generic.show(m.B()) == "new b" and generic.show(1) == "any"
    assert set(generic.show.registry) == {object, m.A, m.B}
