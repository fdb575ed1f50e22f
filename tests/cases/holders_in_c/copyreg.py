"""copyreg's dispatch tables, copy and pickle through them."""
#==> before
import copyreg
class C:
    def __init__(self, x):
        self.x = x
def rebuild(x):
    return C(x)
def reduce(c):
    return rebuild, ("old",)
copyreg.pickle(C, reduce)
#==> after
import copyreg
class C:
    def __init__(self, x):
        self.x = x
def rebuild(x):
    return C(x)
def reduce(c):
    return rebuild, ("new",)
copyreg.pickle(C, reduce)
#==> use
import copy
import copyreg
import pickle
import m

c = m.C(1)

def check():
    assert pickle.loads(pickle.dumps(c)).x == copy.copy(c).x == "new"
    assert copyreg.dispatch_table[m.C] is m.reduce
    assert len([k for k in copyreg.dispatch_table if k.__module__ == "m"]) == 1
