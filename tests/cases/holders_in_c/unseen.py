"""What turns into another kind, held by a list that is being sorted and by C code that no traversal shows: it is reported."""
#: things
#==> use
import threading
import m

try:
    import sqlite3
except ImportError:  # a Python built without it
    sqlite3 = None

reached, go_on = threading.Event(), threading.Event()

def wait(item):
    reached.set()
    go_on.wait()
    return 0

listed = [m.K, m.f, m.C]
sorting = threading.Thread(target=listed.sort, kwargs={"key": wait}, daemon=True)
sorting.start()
reached.wait()
if sqlite3:
    db = sqlite3.connect(":memory:")
    db.create_function("k", 0, m.L)

def check():
    assert m.K.v == m.L() == "new"
    go_on.set()
    sorting.join()
    # these two have changed in place
    assert listed[1:] == [m.f, m.C] and m.f() == m.C.v == "new"

def report(r):
    left = sorted((x["object"], x["reason"]) for x in r["references"]["left"])
    unseen = "still held by something that no traversal shows, such as C code"
    assert left == [("K", unseen), ("L", unseen)][: 2 if sqlite3 else 1], left
