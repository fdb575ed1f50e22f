"""Generic classes, subscripted and subclassed elsewhere, typing's caches warm."""
#: without b: typing's caches may be emptied
#==> before
from typing import Generic, List, TypeVar
T = TypeVar("T")
class Box(Generic[T]):
    def get(self):
        return "old"
class IntBox(Box[int]):
    pass
#==> after
from typing import Generic, List, TypeVar
T = TypeVar("T")
class Box(Generic[T]):
    def get(self):
        return "new"
class IntBox(Box[int]):
    pass
#==> use
import m
from m import Box, IntBox
from typing import Dict, List, Optional, Union

alias = Box[int]
class Mine(Box[str]):
    pass
held = List[Box], Dict[str, m.IntBox], Optional[Box], Union[Box, int]
mine, made = Mine(), alias()

def check():
    assert mine.get() == made.get() == IntBox().get() == "new"
    assert alias.__origin__ is m.Box and Box[int] == alias
    assert held == (List[m.Box], Dict[str, m.IntBox], Optional[m.Box], Union[m.Box, int])
    assert m.IntBox.__orig_bases__[0].__origin__ is m.Box
