"""Type parameters of functions and classes, and type aliases (PEP 695)."""
#: python 3.12
#==> before
def first[T](items: list[T]) -> T:
    return "old"
class Box[T]:
    def get(self) -> T:
        return "old"
type Alias = list[Box]
#==> after
def first[S, U: int](items: list[S], other: U) -> S:
    return "new"
class Box[T, U]:
    def get(self) -> U:
        return "new"
type Alias = dict[str, Box]
#==> use
import m
from m import first, Box

box = Box()
old_alias = Box[(int, str)[: len(Box.__type_params__)]]

def check():
    assert first(1, 2) == "new" and box.get() == "new"
    assert [p.__name__ for p in first.__type_params__] == ["S", "U"]
    assert first.__type_params__[1].__bound__ is int
    assert [p.__name__ for p in Box.__type_params__] == ["T", "U"]
    assert Box[int, str].__origin__ is Box is m.Box is old_alias.__origin__
    assert m.Alias.__value__ == dict[str, Box]
