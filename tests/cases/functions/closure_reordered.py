"""A live closure whose variables change their order."""
#==> before
def make(alpha, beta):
    def inner():
        return "old", alpha, beta
    return inner
#==> after
def make(alpha, beta):
    def inner():
        aa = beta
        return "new", aa, alpha
    return inner
#==> use
import m

held = m.make("a", "b")

def check():
    assert held() == ("new", "b", "a")
