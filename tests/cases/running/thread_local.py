"""Thread-local data of another thread, and a class of such data."""
#: things
#==> use
import threading
import m
from things import right

data = threading.local()
go, ready, done, said = threading.Event(), threading.Event(), threading.Event(), []

class Local(threading.local):
    made = m.C

own = Local()

def worker():
    data.f, data.C, data.K, data.L = m.f, m.C, m.K, m.L
    own.held = {m.C: [m.K]}
    ready.set()
    go.wait()
    try:
        right(data.f, data.C, data.K, data.L)
        said.append(own.held[m.C][0] is m.K and own.made is m.C)
    except AssertionError as e:
        said.append(e)
    done.set()

threading.Thread(target=worker, daemon=True).start()
ready.wait()

def check():
    go.set()
    done.wait()
    assert said == [True], said
