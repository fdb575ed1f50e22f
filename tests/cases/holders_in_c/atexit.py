"""atexit callbacks."""
#==> before
log = []
def bye(x):
    log.append(("old", x))
#==> after
log = []
def bye(x):
    log.append(("new", x))
#==> use
import atexit
import m

atexit.register(m.bye, 1)

def check():
    atexit._run_exitfuncs()
    assert m.log == [("new", 1)], m.log
