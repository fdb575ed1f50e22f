"""classmethod and staticmethod objects taken out of the class' dict."""
#==> before
class C:
    @classmethod
    def c(cls):
        return "old"
    @staticmethod
    def s():
        return "old"
#==> after
class C:
    @classmethod
    def c(cls):
        return "new"
    @staticmethod
    def s():
        return "new"
#==> use
import m

class Mine:
    c = vars(m.C)["c"]
    s = vars(m.C)["s"]

def check():
    assert Mine.c() == Mine.s() == "new" and Mine.s is m.C.s
