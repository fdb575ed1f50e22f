"""An exception class of the new source itself."""
#: fails Own
#==> before
class Own(BaseException):
    pass
def f():
    return "old"
#==> after
class Own(BaseException):
    def __str__(self):
        return "new"
def f():
    return "new"
raise Own
#==> use
from m import f, Own

def check():
    assert f() == "old" and str(Own()) == ""
