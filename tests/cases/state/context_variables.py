"""A context variable that is made again as it was is itself: what was set before is found."""
#==> before
import contextvars
request = contextvars.ContextVar("m.request")
level = contextvars.ContextVar("m.level", default=1)
renamed = contextvars.ContextVar("m.old_name")
other_default = contextvars.ContextVar("m.other", default=1)
def current(var=request):
    return "old", request.get(), var.get(), level.get()
def push(value):
    return request.set(value)
#==> after
import contextvars
request = contextvars.ContextVar("m.request")
level = contextvars.ContextVar("m.level", default=1)
renamed = contextvars.ContextVar("m.new_name")
other_default = contextvars.ContextVar("m.other", default=2)
def current(var=request):
    return "new", request.get(), var.get(), level.get()
def push(value):
    return request.set(value)
#==> use
import contextvars
import m
from m import request

context = contextvars.copy_context()
context.run(m.push, "a request")

def check():
    assert m.request is request
    assert context.run(m.current) == ("new", "a request", "a request", 1), context.run(m.current)
    assert context[m.request] == "a request"
    assert m.renamed.name == "m.new_name" and m.other_default.get() == 2
    copy = context.copy()
    assert context.run(lambda: m.push("another").old_value) == "a request"
    assert copy.run(m.current)[1] == "a request" and context.run(m.current)[1] == "another"
