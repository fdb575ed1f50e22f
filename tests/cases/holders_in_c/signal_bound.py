"""Signal handlers that are bound methods and closures."""
#==> before
class App:
    def __init__(self):
        self.seen = []
    def on_signal(self, signum, frame):
        self.seen.append("old")
def make(seen):
    return lambda signum, frame: seen.append("old")
#==> after
class App:
    def __init__(self):
        self.seen = []
    def on_signal(self, signum, frame):
        self.seen.append("new")
def make(seen):
    return lambda signum, frame: seen.append("new")
#==> use
import os
import signal
import m

app, seen = m.App(), []
signal.signal(signal.SIGUSR1, app.on_signal)
signal.signal(signal.SIGUSR2, m.make(seen))

def check():
    os.kill(os.getpid(), signal.SIGUSR1)
    os.kill(os.getpid(), signal.SIGUSR2)
    assert app.seen == seen == ["new"]
