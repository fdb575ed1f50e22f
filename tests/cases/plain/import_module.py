"""The module object itself is what it was, wherever it is held."""
#==> before
"""Old doc."""
VALUE = "old"
#==> after
"""New doc."""
VALUE = "new"
#==> use
import sys
import m
import m as other_name

held = [m, {"m": m}]
ident, namespace = id(m), id(vars(m))

def check():
    assert m.VALUE == other_name.VALUE == held[0].VALUE == "new"
    assert sys.modules["m"] is m and held[1]["m"] is m
    assert (id(m), id(vars(m))) == (ident, namespace)
    assert m.__doc__ == "New doc." and m.__name__ == "m" == m.__spec__.name
