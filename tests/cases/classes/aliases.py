"""Held in generic aliases, unions and typing constructs elsewhere; look-ups in typing's caches."""
#: things
#: python 3.9
#==> use
import typing
import m

if isinstance(m.K, type):
    plain, mapping = list[m.C], dict[str, m.K]
else:
    plain, mapping = list[m.C], dict[str, m.K]
called = typing.Callable[[m.C], m.C]
literal = typing.Annotated[int, m.K, m.L]

def check():
    assert plain.__args__ == (m.C,) and plain == list[m.C] and hash(plain) == hash(list[m.C])
    assert mapping.__args__ == (str, m.K) and mapping == dict[str, m.K]
    assert called.__args__ == (m.C, m.C) and called == typing.Callable[[m.C], m.C]
    assert literal.__metadata__ == (m.K, m.L) and plain.__args__[0].v == "new"
