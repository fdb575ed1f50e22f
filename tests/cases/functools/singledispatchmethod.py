"""A generic method."""
#: without u: what it remembers of its last answers comes back empty
#==> before
import functools
class C:
    @functools.singledispatchmethod
    def show(self, x):
        return "old any"
    @show.register(int)
    def _(self, x):
        return "old int"
#==> after
import functools
class C:
    @functools.singledispatchmethod
    def show(self, x):
        return "new any"
    @show.register(int)
    def _int(self, x):
        return "new int"
    @show.register(str)
    def _str(self, x):
        return "new str"
#==> use
from m import C

c = C()
c.show(1), c.show("")

def check():
    assert [c.show(x) for x in (1, "", None)] == ["new int", "new str", "new any"]
