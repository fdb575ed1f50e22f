"""A class that is new to the module."""
#==> before
def make():
    return None
#==> after
class Made:
    def who(self):
        return type(self).__name__, VALUE
VALUE = "global"
def make():
    return Made()
#==> use
from m import make

def check():
    import m
    made = make()
    assert type(made) is m.Made and made.who() == ("Made", "global")
    assert m.Made.who.__globals__ is vars(m)
