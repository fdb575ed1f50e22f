"""A live closure whose new code uses fewer of its variables."""
#==> before
def make(a, b, c):
    def inner():
        return "old", a, b, c
    return inner
#==> after
def make(a, b, c):
    def inner():
        return "new", c
    return inner
#==> use
import m

held = m.make(1, 2, 3)

def check():
    assert held() == ("new", 3)
