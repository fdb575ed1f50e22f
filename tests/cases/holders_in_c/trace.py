"""Trace and profile functions of sys and threading."""
#==> before
def trace(frame, event, arg):
    log.append("old trace")
def profile(frame, event, arg):
    log.append("old profile")
log = []
#==> after
def trace(frame, event, arg):
    log.append("new trace")
def profile(frame, event, arg):
    log.append("new profile")
log = []
#==> use
import sys
import threading
import m

def traced():
    pass

worker_go, worker_done = threading.Event(), threading.Event()
def worker():
    sys.settrace(m.trace)
    sys.setprofile(m.profile)
    ready.set()
    worker_go.wait()
    del m.log[:]
    traced()
    sys.settrace(None)
    sys.setprofile(None)
    worker_done.set()
ready = threading.Event()
threading.settrace(m.trace)
threading.Thread(target=worker, daemon=True).start()
threading.settrace(None)
ready.wait()

def check():
    worker_go.set()
    worker_done.wait()
    assert set(m.log) == {"new trace", "new profile"}, m.log
