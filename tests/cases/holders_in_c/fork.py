"""os.register_at_fork: what the interpreter calls before and after a fork."""
#==> before
seen = []
def before():
    seen.append("old before")
def parent():
    seen.append("old parent")
def child():
    seen.append("old child")
#==> after
seen = []
def before():
    seen.append("new before")
def parent():
    seen.append("new parent")
def child():
    seen.append("new child")
#==> use
import os
import m

os.register_at_fork(before=m.before, after_in_parent=m.parent, after_in_child=m.child)

def check():
    del m.seen[:]
    pid = os.fork()
    if pid == 0:
        os._exit(m.seen != ["new before", "new child"])
    assert os.waitpid(pid, 0)[1] == 0 and m.seen == ["new before", "new parent"], m.seen
