"""The module's own annotations name its own new classes, and old functions see them."""
#: without b: typing's caches may be emptied
#==> before
from typing import List, Optional
class A:
    pass
class B:
    link: Optional[A]
def f(a: A) -> List[A]:
    return "old"
value: A = A()
#==> after
from typing import Dict, List, Optional
class A:
    new = True
class B:
    link: Optional[A]
    more: "Dict[str, A]"
def f(a: A, b: B) -> List[B]:
    return "new"
value: A = A()
#==> use
import typing
import m
from m import f, A, B

def check():
    hints = typing.get_type_hints(f)
    assert hints == {"a": A, "b": B, "return": typing.List[B]}
    assert hints["a"] is m.A and m.A.new
    assert typing.get_type_hints(B) == {"link": typing.Optional[A], "more": typing.Dict[str, A]}
    assert m.__annotations__["value"] is A
