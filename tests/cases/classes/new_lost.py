"""Classes that lose a __new__, their own or with their bases: what they are called with goes to __init__ again."""
#==> before
class Own:
    def __new__(cls, *args):
        return super().__new__(cls)
    def __init__(self, *args):
        self.args = "old", *args
class Maker:
    def __new__(cls, *args):
        return super().__new__(cls)
class Plain:
    pass
class Rebased(Maker):
    def __init__(self, *args):
        self.args = "old", *args
class Listed(Maker, list):
    pass
class Gained:
    def __init__(self, *args):
        self.args = "old", *args
#==> after
class Own:
    def __init__(self, *args):
        self.args = "new", *args
class Maker:
    def __new__(cls, *args):
        return super().__new__(cls)
class Plain:
    pass
class Rebased(Plain):
    def __init__(self, *args):
        self.args = "new", *args
class Listed(Plain, list):
    pass
class Gained:
    def __new__(cls, *args):
        made = super().__new__(cls)
        made.made = True
        return made
    def __init__(self, *args):
        self.args = "new", *args
#==> use
import m

class OwnSub(m.Own):
    pass
class Rebased2(m.Rebased):
    pass
class Both(Rebased2, OwnSub):
    pass
class GainedSub(m.Gained):
    pass

def check():
    for cls in m.Own, OwnSub, m.Rebased, Rebased2, Both, GainedSub:
        assert cls(1).args == ("new", 1), cls
    assert m.Listed([1, 2]) == [1, 2]
    assert GainedSub(1).made and m.Maker(1, 2)
