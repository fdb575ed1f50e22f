"""One slot more: an instance that a running frame holds stays one of the old class, everywhere; the others follow."""
#==> before
class P:
    __slots__ = ("x", "other")
    def __init__(self, x, other=None):
        self.x, self.other = x, other
    def get(self):
        return "old", self.x
class Closing:
    __slots__ = ("log",)
    def __init__(self, log):
        self.log = log
    def __del__(self):
        self.log.append("closed")
    def get(self):
        return "old"
#==> after
class P:
    __slots__ = ("x", "y", "other")
    def __init__(self, x, other=None):
        self.x, self.other = x, other
    def get(self):
        return "new", self.x
class Closing:
    __slots__ = ("log", "more")
    def __init__(self, log):
        self.log = log
    def __del__(self):
        self.log.append("closed")
    def get(self):
        return "new"
#==> use
import gc
import threading
import m

closed = []
closing = m.Closing(closed)
free = m.P(1)
p = m.P(5, free)
held, keys = [p, free], {p: "p", free: "free"}
started, go, out = threading.Event(), threading.Event(), []

def run(mine):
    started.set()
    go.wait()
    out.append(mine)
thread = threading.Thread(target=run, args=(p,), daemon=True)
thread.start()
started.wait()

def check():
    assert type(free) is m.P and free.get() == ("new", 1) and p.other is free
    free.y = 3
    assert held[0] is p and held[1] is free and keys[p] == "p" and keys[free] == "free"
    assert p.get() == ("new", 5) and closing.get() == "new"
    go.set()
    thread.join()
    assert out == [p] and out[0] is p
    gc.collect()
    assert closed == []

def report(r):
    left = sorted((x["holder"], "running frame" in x["reason"]) for x in r["references"]["left"])
    assert left == [("Closing object", False), ("P object", True)], r["references"]
