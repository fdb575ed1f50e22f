"""In the queues of queue, with priorities."""
#: things
#==> use
import queue
import m

plain, last, best = queue.Queue(), queue.LifoQueue(), queue.PriorityQueue()
simple = queue.SimpleQueue()
for q in plain, last:
    q.put(m.f)
    q.put((m.C, m.f))
best.put((1, m.f))
best.put((0, m.C))
simple.put([m.C])

def check():
    assert plain.get()() == "new" and plain.get() == (m.C, m.f)
    assert last.get()[0].v == "new" and best.get() == (0, m.C) and best.get()[1]() == "new"
    assert simple.get()[0].v == "new"
