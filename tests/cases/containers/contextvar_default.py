"""A context variable whose default and value both turn into another kind, after a look at it and in several contexts."""
#: things
#==> use
import contextvars
import m
from things import right

variable = contextvars.ContextVar("variable", default=m.L)
variable.set(m.K)
same = contextvars.ContextVar("same", default=m.K)
same.set(m.K)
contexts = [contextvars.Context() for _ in range(3)]
for context in contexts:
    context.run(variable.set, m.K)
    context.run(same.set, m.K)
variable.get(), same.get()

def check():
    fresh = contextvars.Context()
    right(m.f, m.C, variable.get(), fresh.run(variable.get))
    assert same.get() is m.K and fresh.run(same.get) is m.K
    for context in contexts:
        assert context.run(variable.get) is m.K and context[same] is m.K
