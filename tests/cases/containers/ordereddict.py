"""An OrderedDict: values, keys, order, also after it was reordered."""
#: things
#==> use
import m
from collections import OrderedDict
from things import right

values = OrderedDict(f=m.f, C=m.C, K=m.K, L=m.L)
keys = OrderedDict([(m.L, 4), (m.f, 1), (m.C, 2), (m.K, 3)])
keys.move_to_end(m.L)

def check():
    right(*values.values())
    right(*keys)
    assert list(keys.items()) == [(m.f, 1), (m.C, 2), (m.K, 3), (m.L, 4)]
    assert [keys[k] for k in (m.f, m.C, m.K, m.L)] == [1, 2, 3, 4]
    keys.move_to_end(m.K)
    assert list(keys) == [m.f, m.C, m.L, m.K]
    assert keys.popitem() == (m.K, 3) and keys.pop(m.L) == 4
