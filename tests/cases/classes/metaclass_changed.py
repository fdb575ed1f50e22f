"""A class gets a metaclass, another loses it, a third becomes an ABC."""
#==> before
class Meta(type):
    def of_meta(cls):
        return "old"
class Gets:
    def v(self):
        return "old"
class Loses(metaclass=Meta):
    def v(self):
        return "old"
class Becomes:
    def v(self):
        return "old"
#==> after
import abc
class Meta(type):
    def of_meta(cls):
        return "new"
class Gets(metaclass=Meta):
    def v(self):
        return "new"
class Loses:
    def v(self):
        return "new"
class Becomes(abc.ABC):
    @abc.abstractmethod
    def must(self):
        pass
    def v(self):
        return "new"
#==> use
import m
from m import Gets, Loses, Becomes

class Mine(Gets):
    pass
class Full(Becomes):
    def must(self):
        pass
held = Gets(), Loses(), Mine(), Full()

def check():
    import abc
    assert (Gets, Loses, Becomes) == (m.Gets, m.Loses, m.Becomes)
    assert [h.v() for h in held] == ["new"] * 4
    assert Gets.of_meta() == Mine.of_meta() == "new" and type(Gets) is m.Meta is type(Mine)
    assert not hasattr(Loses, "of_meta") and type(Loses) is type
    assert type(Becomes) is abc.ABCMeta and Full().v() == "new"
    try:
        Becomes()
    except TypeError:
        return
    raise AssertionError("it can be made")
