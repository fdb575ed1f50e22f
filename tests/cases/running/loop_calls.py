"""A thread of another module that loops: its next calls are new, whatever it holds in its locals."""
#: things
#==> use
import threading
import m

go_on, done = threading.Event(), threading.Event()
started = threading.Event()
result = []

def loop():
    f, make, bound = m.f, m.C, m.C().__init__
    started.set()
    go_on.wait()
    result.append((f(), make().v, m.L(), type(bound.__self__) is m.C))
    done.set()
threading.Thread(target=loop, daemon=True).start()
started.wait()

def check():
    go_on.set()
    done.wait()
    assert result == [("new", "new", "new", True)], result
