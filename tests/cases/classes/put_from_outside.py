"""What another module put on a class stays: what wraps a function of its own, and its own descriptors."""
#==> before
class C:
    def v(self):
        return "old"
class D(C):
    "It has no other attribute."
class Sub(C):
    "Nothing comes behind what its body binds."
    def w(self):
        return "old"
#==> after
class C:
    def v(self):
        return "new"
class D(C):
    "It has no other attribute."
class Sub(C):
    "Nothing comes behind what its body binds."
    def w(self):
        return "new"
#==> use
import functools
import m

def helper(self):
    return "put"
class Own:
    def __get__(self, instance, owner):
        return "put"
class Around:
    def __init__(self, function):
        self.function = function
    def __get__(self, instance, owner):
        return self.function(instance)

for cls in m.C, m.D, m.Sub:
    cls.plain = helper
    cls.prop = property(helper)
    cls.class_method = classmethod(helper)
    cls.static = staticmethod(helper)
    cls.cached = functools.lru_cache(None)(helper)
    cls.partial = functools.partialmethod(helper)
    cls.in_partial = property(functools.partial(helper))
    cls.lazy = functools.cached_property(helper)
    cls.lazy.__set_name__(cls, "lazy")
    cls.own = Own()
    cls.around = Around(helper)
c = m.C(), m.D(), m.Sub()

def check():
    assert [x.v() for x in c] == ["new"] * 3 and c[2].w() == "new"
    for x in c:
        assert x.plain() == x.class_method() == x.static(x) == x.cached() == x.partial() == "put"
        assert x.prop == x.own == x.around == x.in_partial == x.lazy == "put"
