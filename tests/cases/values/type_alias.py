"""A type alias that somebody holds, asked for its value before the reimport or only after it."""
#: python 3.12
#==> before
class Item:
    pass
type Asked = list[Item]
type Unasked = list[int]
type Same = int
type Plain = Item
class C:
    type Inner = int
#==> after
class Item:
    new = True
type Asked = set[Item]
type Unasked = set[str]
type Same = int
type Plain = Item | None
class C:
    type Inner = str
#==> use
import m
from m import Asked, Unasked, Same, Plain

inner = m.C.Inner
values = Asked.__value__, Same.__value__, Plain.__value__, inner.__value__

def check():
    assert Asked.__value__ == m.Asked.__value__ == set[m.Item] and m.Item.new
    assert Unasked.__value__ == m.Unasked.__value__ == set[str]
    assert Same.__value__ is m.Same.__value__ is int
    assert Plain.__value__ == m.Plain.__value__ == m.Item | None
    assert inner.__value__ is m.C.Inner.__value__ is str
