"""The scheduler of sched."""
#==> before
def work(log):
    log.append("old")
#==> after
def work(log):
    log.append("new")
#==> use
import sched
import m

log = []
s = sched.scheduler()
s.enter(0, 1, m.work, (log,))
s.enter(0, 2, m.work, kwargs={"log": log})

def check():
    s.run()
    assert log == ["new", "new"]
