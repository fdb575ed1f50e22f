"""weakref.ref to functions, classes and instances: by the same reference object, callbacks not called."""
#==> before
def f():
    return "old"
class C:
    v = "old"
#==> after
def f():
    return "new"
class C:
    v = "new"
#==> use
import weakref
import m

died = []
refs = [weakref.ref(x, died.append) for x in (m.f, m.C)]
c = m.C()
instance = weakref.ref(c, died.append)

def check():
    assert refs[0]() is m.f and refs[0]()() == "new" and refs[1]() is m.C and refs[1]().v == "new"
    assert instance() is c and c.v == "new" and died == []
    assert refs[0] == weakref.ref(m.f) and hash(refs[1]) == hash(weakref.ref(m.C))
