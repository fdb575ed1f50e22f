"""What another module put on a class stays, in a module that has a module object without a namespace."""
#==> before
import types
X = types.ModuleType.__new__(types.ModuleType)
class A:
    def f(self):
        return "old"
#==> after
import types
X = types.ModuleType.__new__(types.ModuleType)
class A:
    def f(self):
        return "new"
#==> use
import m
m.A.prop = property(lambda self: "put")
a = m.A()

def check():
    assert a.f() == "new" and a.prop == "put"
