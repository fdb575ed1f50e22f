"""A bound method object made by hand over a function that becomes a class."""
#: things
#==> use
import types
import m

held = types.MethodType(m.f, 1), types.MethodType(m.L, 2)

def check():
    assert held[0].__func__ is m.f and held[0].__self__ == 1
    assert held[1].__func__ is m.L and m.L() == "new"
