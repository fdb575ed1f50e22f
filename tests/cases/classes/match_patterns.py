"""What a class stands for in `match`, sequences or mappings, follows its bases, and so do classes derived from it."""
#: python 3.10
#==> before
import collections.abc
class Base:
    def __len__(self):
        return 2
    def __getitem__(self, i):
        return (1, 2)[i]
    def __iter__(self):
        return iter((1, 2))
class Gains(Base):
    pass
class Loses(Base, collections.abc.Sequence):
    pass
class Turns(Base, collections.abc.Sequence):
    pass
class Inside(Loses):
    pass
class Registered(Base):
    pass
class Both(Base, collections.abc.Sequence):
    pass
#==> after
import collections.abc
class Base:
    def __len__(self):
        return 2
    def __getitem__(self, i):
        return (1, 2)[i]
    def __iter__(self):
        return iter((1, 2))
class Gains(Base, collections.abc.Sequence):
    pass
class Loses(Base):
    pass
class Turns(Base, collections.abc.Mapping):
    pass
class Inside(Loses):
    pass
class Registered(Base):
    def new(self):
        return "new"
class Mixin:
    pass
class Both(Base, Mixin, collections.abc.Sequence):
    pass
#==> use
import collections.abc
import m

collections.abc.Sequence.register(m.Registered)
class Gained(m.Gains):
    pass
class Lost(m.Loses):
    pass
class Own(m.Loses):
    pass
collections.abc.Sequence.register(Own)
class Kept(m.Loses, collections.abc.Sequence):
    pass
class Turned(m.Turns):
    pass
class Deep(Gained):
    pass

def kind(x):
    match x:
        case [_, _]:
            return "sequence"
        case {}:
            return "mapping"
    return None

held = m.Gains(), m.Loses(), m.Turns(), m.Inside(), m.Registered(), m.Both()

def check():
    assert hasattr(m.Registered, "new")
    assert [kind(x) for x in held] == ["sequence", None, "mapping", None, "sequence", "sequence"]
    assert kind(Gained()) == kind(Deep()) == "sequence"
    assert kind(Lost()) is None and kind(Kept()) == "sequence"
    assert kind(Turned()) == "mapping"
    class Later(m.Loses):
        pass
    assert kind(Later()) is None and not isinstance(Later(), collections.abc.Sequence)
