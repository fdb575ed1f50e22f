"""A generic function of the module and its implementations, cached dispatch included."""
#==> before
import functools
@functools.singledispatch
def show(x):
    return "old any"
@show.register(int)
def _(x):
    return "old int"
@show.register(str)
def _(x):
    return "old str"
#==> after
import functools
@functools.singledispatch
def show(x):
    return "new any"
@show.register(int)
def _(x):
    return "new int"
@show.register(list)
def _(x):
    return "new list"
#==> use
from m import show

[show(x) for x in (1, "", [], None, True)]

def check():
    import m
    assert [show(x) for x in (1, "", [], None, True)] == ["new int", "new any", "new list", "new any", "new int"]
    assert show is m.show and set(show.registry) == {object, int, list}
