"""__reimport_keep__ names the globals whose old values survive."""
#==> before
__reimport_keep__ = ("cache", "count", "missing")
cache, count, reset = {}, 0, []
def work():
    global count
    count += 1
    cache[count] = "old"
    return cache
#==> after
__reimport_keep__ = ("cache", "count", "missing")
cache, count, reset = {}, 0, []
def work():
    global count
    count += 1
    cache[count] = "new"
    return cache
#==> use
import m

held = m.work()
m.reset.append(1) if 0 else None

def check():
    assert m.work() is held is m.cache and m.count == 2 == len(held) and held[2] == "new", held
