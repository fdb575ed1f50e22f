"""Signal handlers."""
#==> before
seen = []
def handler(signum, frame):
    seen.append("old")
#==> after
seen = []
def handler(signum, frame):
    seen.append("new")
#==> use
import os
import signal
import m

signal.signal(signal.SIGUSR2, m.handler)

def check():
    os.kill(os.getpid(), signal.SIGUSR2)
    assert m.seen == ["new"] and signal.getsignal(signal.SIGUSR2) is m.handler
