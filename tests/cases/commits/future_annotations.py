"""from __future__ import annotations comes and goes."""
#==> before
class A: pass
def f(a: A) -> A:
    return "old"
#==> after
from __future__ import annotations
class A: pass
def f(a: A, b: Later) -> Later:
    return "new"
class Later: pass
#==> use
import typing
from m import f

f.__annotations__

def check():
    import m
    assert f(1, 2) == "new" and f.__annotations__ == {"a": "A", "b": "Later", "return": "Later"}
    assert typing.get_type_hints(f) == {"a": m.A, "b": m.Later, "return": m.Later}
