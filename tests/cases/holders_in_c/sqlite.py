"""sqlite3: functions, aggregates, collations, adapters, converters, row factory, trace."""
#==> before
def twice(x):
    return "old"
def by_length(a, b):
    return 0
class Sum:
    def __init__(self):
        self.n = 0
    def step(self, x):
        self.n += x
    def finalize(self):
        return "old %d" % self.n
def row(cursor, values):
    return ("old",) + tuple(values)
class Point:
    pass
def adapt(p):
    return "old point"
def trace(sql):
    log.append("old")
log = []
#==> after
def twice(x):
    return "new"
def by_length(a, b):
    return len(a) - len(b)
class Sum:
    def __init__(self):
        self.n = 0
    def step(self, x):
        self.n += x
    def finalize(self):
        return "new %d" % self.n
def row(cursor, values):
    return ("new",) + tuple(values)
class Point:
    pass
def adapt(p):
    return "new point"
def trace(sql):
    log.append("new")
log = []
#==> use
try:
    import sqlite3
except ImportError:  # a Python built without it
    sqlite3 = None
import m

point = m.Point()
if sqlite3:
    db = sqlite3.connect(":memory:")
    db.create_function("twice", 1, m.twice)
    db.create_aggregate("mysum", 1, m.Sum)
    db.create_collation("bylength", m.by_length)
    db.row_factory = m.row
    db.set_trace_callback(m.trace)
    sqlite3.register_adapter(m.Point, m.adapt)
    db.execute("create table t (x)")
    db.executemany("insert into t values (?)", [("ccc",), ("a",), ("bb",)])

def check():
    assert m.twice(1) == "new"
    if not sqlite3:
        return
    assert db.execute("select twice(1)").fetchone() == ("new", "new")
    assert db.execute("select mysum(length(x)) from t").fetchone() == ("new", "new 6")
    order = [r[1] for r in db.execute("select x from t order by x collate bylength")]
    assert order == ["a", "bb", "ccc"], order
    assert db.execute("select ?", (point,)).fetchone() == ("new", "new point")
    assert set(m.log) == {"new"}
