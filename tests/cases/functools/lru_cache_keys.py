"""An lru_cache elsewhere whose keys are the module's functions and classes."""
#: things
#==> use
import functools
import m

@functools.lru_cache(maxsize=None)
def name(x):
    return x, x.__name__

for x in (m.f, m.C, m.K, m.L):
    name(x)
del x

def check():
    for x in (m.f, m.C, m.K, m.L):
        assert name(x)[0] is x
    assert [name(x)[0] for x in (m.f, m.L)][0]() == "new" and m.K.v == "new"
