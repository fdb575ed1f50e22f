"""Annotations that are evaluated on first use (PEP 649), before and after."""
#: python 3.14
#==> before
class A:
    pass
def asked(a: A) -> int:
    return "old"
def never(a: A) -> int:
    return "old"
class Noted:
    a: A
#==> after
class A:
    new = True
def asked(a: A, b: Late) -> A:
    return "new"
def never(a: list[A], b: Late) -> A:
    return "new"
class Noted:
    a: A
    b: Late
class Late:
    pass
#==> use
import annotationlib
import m
from m import asked, never, Noted

asked.__annotations__

def other(x: m.A) -> m.Noted:
    pass

def check():
    assert asked.__annotations__ == {"a": m.A, "b": m.Late, "return": m.A}
    assert never.__annotations__ == {"a": list[m.A], "b": m.Late, "return": m.A}
    assert Noted.__annotations__ == {"a": m.A, "b": m.Late}
    assert annotationlib.get_annotations(asked, format=annotationlib.Format.STRING)["b"] == "Late"
    assert other.__annotations__ == {"x": m.A, "return": m.Noted} and m.A.new
