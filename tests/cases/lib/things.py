"""What a case gets with `#: things`: a function, a class, and two that change into the other kind."""
#==> before
def f():
    return "old"

class C:
    v = "old"

def K():
    return "old"

class L:
    v = "old"
#==> after
def f():
    return "new"

class C:
    v = "new"

class K:
    v = "new"

def L():
    return "new"
#==> use things.py
def right(f, C, K, L):
    """Each is what the module's name says now, and new."""
    import m

    assert f is m.f and f() == "new", "f"
    assert C is m.C and C.v == "new", "C"
    assert K is m.K and isinstance(K, type) and K.v == "new", "K: %r" % K
    assert L is m.L and not isinstance(L, type) and L() == "new", "L: %r" % L
