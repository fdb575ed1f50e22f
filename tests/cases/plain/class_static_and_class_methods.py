"""classmethod and staticmethod, held as bound objects too."""
#==> before
class C:
    @classmethod
    def make(cls):
        return cls, "old"
    @staticmethod
    def help():
        return "old"
#==> after
class C:
    @classmethod
    def make(cls):
        return cls, "new"
    @staticmethod
    def help():
        return "new"
#==> use
from m import C

make, help = C.make, C.help
c = C()

def check():
    assert make() == C.make() == c.make() == (C, "new")
    assert help() == C.help() == c.help() == "new"
    assert make.__self__ is C and help is C.help
