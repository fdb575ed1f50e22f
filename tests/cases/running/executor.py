"""Work that waits in an executor's queue, its initializer."""
#==> before
def work(x):
    return "old", x
def init():
    pass
#==> after
def work(x):
    return "new", x
def init():
    pass
#==> use
import threading
from concurrent.futures import ThreadPoolExecutor
import m

gate = threading.Event()
pool = ThreadPoolExecutor(1, initializer=m.init)
first = pool.submit(gate.wait)
waiting = pool.submit(m.work, 1)
mapped = pool.map(m.work, [2, 3])

def check():
    gate.set()
    assert waiting.result() == ("new", 1) and list(mapped) == [("new", 2), ("new", 3)]
