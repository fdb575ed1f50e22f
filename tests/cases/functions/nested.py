"""Functions in functions in functions, made before."""
#==> before
def a(x):
    def b(y):
        def c(z):
            return "old", x, y, z
        return c
    return b
#==> after
def a(x):
    def b(y):
        def c(z):
            return "new", x, y, z
        return c
    return b
#==> use
import m

b = m.a(1)
c = b(2)

def check():
    assert b(5)(6) == ("new", 1, 5, 6)
    assert c(3) == ("new", 1, 2, 3)
