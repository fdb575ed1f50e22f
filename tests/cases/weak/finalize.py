"""weakref.finalize: the callback and its arguments are the new ones."""
#: things
#==> use
import weakref
import m

class Owner:
    pass
log = []
owner, other = Owner(), Owner()
weakref.finalize(owner, lambda f: log.append(f()), m.f)
final = weakref.finalize(other, m.L)

def check():
    global owner, other
    del owner
    assert log == ["new"], log
    assert final.peek()[1] is m.L and final() == "new"
