"""__class_getitem__, __mro_entries__ and a metaclass with __prepare__ and __instancecheck__."""
#==> before
class Getter:
    def __class_getitem__(cls, item):
        return "old", item
class Entry:
    def __mro_entries__(self, bases):
        return (Base,)
class Base:
    v = "old"
class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        return {"prepared": "old"}
    def __instancecheck__(cls, o):
        return o == "old"
    def __getitem__(cls, item):
        return "old", item
class Made(metaclass=Meta):
    pass
entry = Entry()
class Derived(entry):
    pass
#==> after
class Getter:
    def __class_getitem__(cls, item):
        return "new", item
class Entry:
    def __mro_entries__(self, bases):
        return (Base,)
class Base:
    v = "new"
class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        return {"prepared": "new"}
    def __instancecheck__(cls, o):
        return o == "new"
    def __getitem__(cls, item):
        return "new", item
class Made(metaclass=Meta):
    pass
entry = Entry()
class Derived(entry):
    pass
#==> use
from m import Base, Derived, Getter, Made, Meta, entry

class Here(entry):
    pass
class Metaed(metaclass=Meta):
    pass

def check():
    import m
    assert Getter[1] == Made[1] == Metaed[1] == ("new", 1) and Made.prepared == "new"
    assert Here.v == Derived.v == "new" and Here.__mro__ == (Here, Base, object)
    assert isinstance("new", Made) and isinstance("new", Metaed) and not isinstance("old", Made)
    class Later(m.entry, metaclass=Meta):
        pass
    assert Later.prepared == "new" and issubclass(Later, m.Base)
