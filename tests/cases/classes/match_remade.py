"""A class of another layout, now a sequence, takes an old one's place: classes derived from it elsewhere are, too."""
#: python 3.10
#==> before
class C:
    __slots__ = ("a",)
    def __len__(self):
        return 2
    def __getitem__(self, i):
        return (1, 2)[i]
#==> after
import collections.abc
class C(collections.abc.Sequence):
    __slots__ = ("a", "b")
    def __len__(self):
        return 2
    def __getitem__(self, i):
        return (1, 2)[i]
#==> use
import m

class Mine(m.C):
    __slots__ = ("c",)
class Deep(Mine):
    pass
class Plain(m.C):
    pass

def is_sequence(x):
    match x:
        case [_, _]:
            return True
    return False

def check():
    assert [is_sequence(x()) for x in (m.C, Mine, Deep, Plain)] == [True] * 4
