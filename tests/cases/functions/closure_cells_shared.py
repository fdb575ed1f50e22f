"""Two closures over one variable still share it."""
#==> before
def make():
    n = 0
    def bump():
        nonlocal n
        n += 1
    def get():
        return n
    return bump, get
#==> after
def make():
    n = 0
    def bump():
        nonlocal n
        n += 100
    def get():
        return "new", n
    return bump, get
#==> use
import m

bump, get = m.make()
bump()
before = {("new", 100): 0}.get(get(), 100)

def check():
    bump()
    assert get() in (("new", 101), ("new", 200)), get()
    bump()
    assert get()[1] - before in (101, 201, 300), get()
