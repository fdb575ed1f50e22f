"""A generator of another module that calls the module's things each time round."""
#==> before
def f():
    return "old"
class C:
    v = "old"
#==> after
def f():
    return "new"
class C:
    v = "new"
#==> use
import m
from m import f, C

def gen(local_f=f):
    held = C
    while True:
        yield f(), held.v, local_f(), m.f()
running = gen()
next(running)

def check():
    assert next(running) == ("new",) * 4
