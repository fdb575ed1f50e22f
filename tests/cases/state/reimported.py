"""__reimported__(old) carries over a cache, a pool, a lock and a counter."""
#==> before
import threading
cache = {}
lock = threading.Lock()
class Pool:
    def __init__(self):
        self.free = ["connection"]
    def v(self):
        return "old"
pool = Pool()
count = 0
def work():
    global count
    with lock:
        count += 1
        return "old", count, pool.v()
def __reimported__(old):
    global cache, lock, pool, count
    cache, lock, pool, count = old.cache, old.lock, old.pool, old.count
    return True
#==> after
import threading
cache = {}
lock = threading.Lock()
class Pool:
    def __init__(self):
        self.free = ["connection"]
    def v(self):
        return "new"
pool = Pool()
count = 0
def work():
    global count
    with lock:
        count += 1
        return "new", count, pool.v()
def __reimported__(old):
    global cache, lock, pool, count
    cache, lock, pool, count = old.cache, old.lock, old.pool, old.count
    return True
#==> use
import m
from m import pool

m.cache["k"] = "v"
m.work()
held = m.cache, m.lock

def check():
    assert m.work() == ("new", 2, "new")
    assert (m.cache, m.lock) == held and held[0] is m.cache and m.cache == {"k": "v"}
    assert pool is m.pool and type(pool) is m.Pool
