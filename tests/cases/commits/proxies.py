"""Proxies, mocks and lazy objects in the module and around it, that answer everything or nothing."""
#==> before
class Proxy:
    def __init__(self, target):
        object.__setattr__(self, "target", target)
    def __getattribute__(self, name):
        return getattr(object.__getattribute__(self, "target"), name)
    def __setattr__(self, name, value):
        setattr(object.__getattribute__(self, "target"), name, value)
    def __call__(self, *args):
        return object.__getattribute__(self, "target")(*args)
def f():
    return "old"
class C:
    v = "old"
proxy = Proxy(f)
proxied_class = Proxy(C)
#==> after
class Proxy:
    def __init__(self, target):
        object.__setattr__(self, "target", target)
    def __getattribute__(self, name):
        return getattr(object.__getattribute__(self, "target"), name)
    def __setattr__(self, name, value):
        setattr(object.__getattribute__(self, "target"), name, value)
    def __call__(self, *args):
        return object.__getattribute__(self, "target")(*args)
def f():
    return "new"
class C:
    v = "new"
proxy = Proxy(f)
proxied_class = Proxy(C)
#==> use
from unittest import mock
import m
from m import proxy, proxied_class, Proxy

mine = Proxy(m.f)
spec = mock.Mock(wraps=m.f)
magic = mock.MagicMock()
magic.f = m.f

def check():
    assert proxy() == "new" and proxied_class.v == "new" and mine() == "new"
    assert spec() == "new" and magic.f is m.f and magic.f() == "new"
    assert object.__getattribute__(mine, "target") is m.f
