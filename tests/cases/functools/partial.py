"""partial objects: the function, arguments and keywords they hold."""
#: things
#==> use
import functools
import m
from things import right

pf, pC = functools.partial(m.f), functools.partial(m.C)
pK, pL = functools.partial(m.K), functools.partial(m.L)
args = functools.partial(print, m.f, m.C, k=m.K, l=m.L)
nested = functools.partial(pK)

def check():
    right(pf.func, pC.func, pK.func, pL.func)
    right(*args.args, args.keywords["k"], args.keywords["l"])
    assert pf() == "new" and type(pC()) is m.C and type(pK()) is m.K and pL() == "new"
    assert type(nested()) is m.K
