"""Keys made by cmp_to_key, and reduce's argument in a partial."""
#==> before
def compare(a, b):
    return a - b
#==> after
def compare(a, b):
    return b - a
#==> use
import functools
from m import compare

key = functools.cmp_to_key(compare)
sort = functools.partial(sorted, key=key)

def check():
    assert sorted([1, 3, 2], key=key) == [3, 2, 1] == sort([2, 1, 3])
