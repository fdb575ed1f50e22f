"""csv dialects, picklers with hooks of their own, JSON encoders, heaps and sorts by key."""
#==> before
import csv
import json
import pickle
class Dialect(csv.unix_dialect):
    delimiter = "o"
def reduce_point(p):
    return Point, ("old",)
class Point:
    def __init__(self, v="made"):
        self.v = v
class Pickler(pickle.Pickler):
    def persistent_id(self, o):
        return "old" if o is ... else None
class Encoder(json.JSONEncoder):
    def default(self, o):
        return "old"
class Job:
    def __init__(self, n):
        self.n = n
    def __lt__(self, other):
        return self.n > other.n
#==> after
import csv
import json
import pickle
class Dialect(csv.unix_dialect):
    delimiter = "n"
def reduce_point(p):
    return Point, ("new",)
class Point:
    def __init__(self, v="made"):
        self.v = v
class Pickler(pickle.Pickler):
    def persistent_id(self, o):
        return "new" if o is ... else None
class Encoder(json.JSONEncoder):
    def default(self, o):
        return "new"
class Job:
    def __init__(self, n):
        self.n = n
    def __lt__(self, other):
        return self.n < other.n
#==> use
import heapq
import io
import json
import pickle
import m

out = io.BytesIO()
pickler = m.Pickler(out)
pickler.dispatch_table = {m.Point: m.reduce_point}
point = m.Point()
encoder = m.Encoder()
jobs = [m.Job(1), m.Job(2), m.Job(3)]

class Unpickler(pickle.Unpickler):
    def persistent_load(self, ident):
        return ident

def check():
    pickler.dump([point, ...])
    back = Unpickler(io.BytesIO(out.getvalue())).load()
    assert type(back[0]) is m.Point and back[0].v == "new" and back[1] == "new"
    assert encoder.encode(...) == json.dumps(..., cls=m.Encoder) == '"new"'
    heap = list(jobs)
    heapq.heapify(heap)
    assert heap[0].n == 1 and m.Dialect.delimiter == "n"
