"""A closure made before: new code, its own variables."""
#==> before
def make(x):
    def inner(y):
        return "old", x, y
    return inner
#==> after
def make(x):
    def inner(y):
        return "new", x, y
    return inner
#==> use
import m

held = [m.make(i) for i in range(3)]

def check():
    assert [h(9) for h in held] == [("new", i, 9) for i in range(3)]
