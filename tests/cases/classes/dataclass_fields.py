"""Fields of dataclasses elsewhere that hold the module's things: types, factories, defaults, metadata."""
#: things
#==> use
import dataclasses
import typing
import m

@dataclasses.dataclass
class Held:
    c: m.C = dataclasses.field(default_factory=m.C, metadata={"K": m.K, "L": m.L})
    k: type = m.K
    start: dataclasses.InitVar[typing.Any] = m.f

    def __post_init__(self, start):
        self.started = start

old = Held()

def check():
    fields = {f.name: f for f in dataclasses.fields(Held)}
    assert fields["c"].type is m.C and fields["c"].default_factory is m.C
    assert fields["c"].metadata["K"] is m.K and fields["c"].metadata["L"] is m.L
    assert fields["k"].default is m.K and Held.k is m.K and Held.__annotations__["c"] is m.C
    new = Held()
    assert new.k is old.k is m.K and new.started is old.started is m.f
    assert type(new.c) is type(old.c) is m.C and new.c.v == old.c.v == "new"
