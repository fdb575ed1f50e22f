"""Module-level state is what the new top level made."""
#==> before
count, cache, seen = 0, {}, []
def work(x):
    global count
    count += 1
    cache[x] = "old"
    seen.append(x)
#==> after
count, cache, seen = 0, {}, []
def work(x):
    global count
    count += 1
    cache[x] = "new"
    seen.append(x)
#==> use
import m
from m import work

work(1)

def check():
    if (m.count, m.cache, m.seen) != (0, {}, []):  # a new process has worked already
        assert (m.count, m.cache, m.seen) == (1, {1: "new"}, [1])
        return
    work(2)
    assert (m.count, m.cache, m.seen) == (1, {2: "new"}, [2])
