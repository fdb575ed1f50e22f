"""Exceptions raised before are caught by the class' name after, and the other way round."""
#==> before
class AppError(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code
    def __str__(self):
        return "old %d" % self.code
class Special(AppError):
    pass
def fail():
    raise AppError(1)
#==> after
class AppError(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code
    def __str__(self):
        return "new %d" % self.code
class Special(AppError):
    pass
def fail():
    raise Special(2)
#==> use
import m
from m import AppError, Special, fail

held = AppError(5)

def catch():
    try:
        fail()
    except Special as e:
        return "special", str(e)
    except AppError as e:
        return "app", str(e)

def check():
    assert catch() == ("special", "new 2")
    assert str(held) == "new 5" and isinstance(held, m.AppError)
    try:
        raise held
    except m.AppError as e:
        assert e is held
