"""Context variables: set, default, and in a copied context."""
#: things
#==> use
import contextvars
import m
from things import right

current = contextvars.ContextVar("current")
current.set([m.f, m.C, m.K, m.L])
direct = contextvars.ContextVar("direct")
direct.set(m.K)
default = contextvars.ContextVar("default", default=m.L)
context = contextvars.copy_context()

def check():
    right(*current.get())
    assert direct.get() is m.K and context.run(direct.get) is m.K
    assert default.get() is m.L and context[current][2] is m.K
