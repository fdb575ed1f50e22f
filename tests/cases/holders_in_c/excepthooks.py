"""sys.excepthook, displayhook, unraisablehook, threading.excepthook, breakpointhook."""
#==> before
seen = []
def hook(*args):
    seen.append("old")
#==> after
seen = []
def hook(*args):
    seen.append("new")
#==> use
import sys
import threading
import m

sys.excepthook = sys.unraisablehook = sys.displayhook = sys.breakpointhook = threading.excepthook = m.hook
def fail():
    raise ValueError

def check():
    sys.displayhook(1)
    breakpoint()
    t = threading.Thread(target=fail)
    t.start()
    t.join()
    sys.excepthook(None, None, None)
    hooks = sys.excepthook, sys.unraisablehook, sys.displayhook, sys.breakpointhook, threading.excepthook
    sys.excepthook = sys.__excepthook__
    assert m.seen == ["new"] * 4 and set(hooks) == {m.hook}, m.seen
