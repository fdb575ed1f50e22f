"""__del__, __weakref__ and weak references to instances."""
#==> before
log = []
class C:
    def __del__(self):
        log.append("old")
#==> after
log = []
class C:
    def __del__(self):
        log.append("new")
#==> use
import weakref
import m

c = m.C()
ref = weakref.ref(c)

def check():
    global c
    assert ref() is c
    del c
    assert ref() is None and m.log == ["new"]
