"""`__wrapped__` of wrappers in other modules."""
#: things
#==> use
import functools
import inspect
import m

@functools.wraps(m.f)
def around(*args):
    return "around", m.f()

@functools.wraps(m.L)
def around_L():
    pass

def check():
    assert around.__wrapped__ is m.f and around.__wrapped__() == "new"
    assert around_L.__wrapped__ is m.L and inspect.unwrap(around_L)() == "new"
