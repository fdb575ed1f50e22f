"""Registries keyed by classes and functions, looked up by new instances' type, with inheritance."""
#==> before
class Base: pass
class A(Base): pass
class B(Base): pass
def to_a(x):
    return "old a"
def to_b(x):
    return "old b"
#==> after
class Base: pass
class A(Base): pass
class B(A): pass
def to_a(x):
    return "new a"
def to_b(x):
    return "new b"
#==> use
import m

converters = {m.A: m.to_a, m.B: m.to_b, (m.A, "json"): m.to_b}
by_function = {m.to_a: "a", m.to_b: "b"}
def convert(x):
    for cls in type(x).__mro__:
        if cls in converters:
            return converters[cls](x)
a, b = m.A(), m.B()

def check():
    assert convert(a) == convert(m.A()) == "new a" and convert(b) == convert(m.B()) == "new b"
    assert converters[type(a), "json"](1) == "new b" and by_function[m.to_a] == "a"
    assert isinstance(b, m.A) and converters[m.B] is m.to_b
