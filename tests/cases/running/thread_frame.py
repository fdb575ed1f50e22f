"""A thread inside an old function: it goes on in the old code, in the module's one namespace, and is reported."""
#: without f: a new process runs only the new code
#==> before
import threading
entered, go_on = threading.Event(), threading.Event()
seen = []
def loop():
    global state
    entered.set()
    go_on.wait()
    seen.append(helper())
    state = "written by the old frame"
def helper():
    return "old"
#==> after
import threading
entered, go_on = threading.Event(), threading.Event()
seen = []
state = None
def loop():
    return "new"
def helper():
    return "new"
#==> use
import threading
import m

held = [m.go_on]
thread = threading.Thread(target=m.loop, daemon=True)
thread.start()
m.entered.wait()

def check():
    held[0].set()
    thread.join()
    assert m.loop() == "new"
    assert m.seen == ["new"], m.seen
    assert m.state == "written by the old frame"

def report(r):
    frames = [s for s in r["stale"] if s["function"] == "loop"]
    assert len(frames) == 1 and frames[0]["kind"] == "frame", r["stale"]
    assert frames[0]["thread"] and frames[0]["file"].endswith("m.py"), frames
    assert frames[0]["line"] == 7, frames
