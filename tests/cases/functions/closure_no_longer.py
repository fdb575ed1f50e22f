"""A live closure whose new code uses none of its variables."""
#==> before
def make(a):
    def inner():
        return "old", a
    return inner
#==> after
def make(a):
    def inner():
        return "new"
    return inner
#==> use
import m

held = m.make(1)

def check():
    assert held() == "new"
