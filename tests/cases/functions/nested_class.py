"""A class made inside a function before, and its instance."""
#==> before
def make(x):
    class Local:
        def get(self):
            return "old", x
    return Local
#==> after
def make(x):
    class Local:
        def get(self):
            return "new", x
    return Local
#==> use
import m

Local = m.make(5)
one = Local()

def check():
    assert one.get() == ("new", 5) and Local().get() == ("new", 5)
