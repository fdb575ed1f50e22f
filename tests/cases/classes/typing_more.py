"""Forward references, Literal, ClassVar, get_type_hints, overloads, a Protocol and a Generic elsewhere."""
#: without g: since 3.14 what one reimport made lives until the next but one, not longer
#==> before
import typing
T = typing.TypeVar("T")
class Box(typing.Generic[T]):
    v = "old"
class Named(typing.Protocol):
    def name(self) -> str: ...
class Here:
    other: "Box[int]"
    shared: typing.ClassVar["Here"]
    def m(self, x: "Box") -> typing.Optional["Here"]:
        return None
#==> after
import typing
T = typing.TypeVar("T")
class Box(typing.Generic[T]):
    v = "new"
class Named(typing.Protocol):
    def name(self) -> str: ...
class Here:
    other: "Box[str]"
    shared: typing.ClassVar["Here"]
    more: "Box[int]"
    def m(self, x: "Box") -> typing.Optional["Here"]:
        return None
#==> use
import typing
import m

class Sub(m.Box[int], m.Named):
    def name(self):
        return "sub"
def use(x: "m.Box", y: "typing.List[m.Here]"): pass
hints = typing.get_type_hints(use)
own = typing.get_type_hints(m.Here)
box = m.Box[int]()

def check():
    assert hints["x"] is m.Box and hints["y"].__args__[0] is m.Here
    assert own["shared"].__args__ == (m.Here,) and own["other"].__origin__ is m.Box
    assert typing.get_type_hints(m.Here)["more"] == m.Box[int]
    assert typing.get_type_hints(m.Here.m)["x"] is m.Box
    assert box.__orig_class__ == m.Box[int] and Sub.v == box.v == "new" and issubclass(Sub, m.Box)
    assert Sub.__orig_bases__[0].__origin__ is m.Box
