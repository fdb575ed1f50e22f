"""A base that is new to the module is put in between."""
#==> before
class Base:
    def go(self):
        return "base"
class C(Base):
    pass
#==> after
class Base:
    def go(self):
        return "base"
class Between(Base):
    def go(self):
        return "between " + super().go()
class C(Between):
    pass
#==> use
import m

class Mine(m.C):
    def go(self):
        return "mine " + super().go()
mine = Mine()

def check():
    assert mine.go() == "mine between base" and isinstance(mine, m.Between)
    assert Mine.__mro__ == (Mine, m.C, m.Between, m.Base, object)
