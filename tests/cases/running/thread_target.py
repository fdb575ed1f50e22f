"""Threads not yet started, and timers that wait."""
#==> before
def work(log):
    log.append("old")
#==> after
def work(log):
    log.append("new")
#==> use
import threading
import m

log = []
thread = threading.Thread(target=m.work, args=(log,))
timer = threading.Timer(1000, m.work, (log,))
timer.daemon = True
timer.start()

def check():
    thread.start()
    thread.join()
    timer.function(*timer.args)
    timer.cancel()
    assert log == ["new", "new"]
