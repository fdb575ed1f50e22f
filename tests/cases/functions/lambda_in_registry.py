"""Lambdas and partials that the module put into another module's registry: there once, and new."""
#==> before
import functools
import registry
def handle(kind):
    return "old " + kind
registry.handlers["lambda"] = lambda: "old lambda"
registry.handlers["partial"] = functools.partial(handle, "partial")
registry.listed.append(lambda: "old listed")
#==> after
import functools
import registry
def handle(kind):
    return "new " + kind
registry.handlers["lambda"] = lambda: "new lambda"
registry.handlers["partial"] = functools.partial(handle, "partial")
registry.listed.append(lambda: "new listed")
#==> use registry.py
handlers = {}
listed = []
#==> use
import registry
import m

kept = dict(registry.handlers), list(registry.listed)

def check():
    assert registry.handlers["lambda"]() == "new lambda"
    assert registry.handlers["partial"]() == "new partial"
    assert {f() for f in registry.listed} == {"new listed"}
    assert kept[0]["partial"]() == "new partial"
