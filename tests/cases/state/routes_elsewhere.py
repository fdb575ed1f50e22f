"""Handlers registered with an application of another module: each path once, and new."""
#==> before
from app import app
@app.route("/")
def index():
    return "old"
@app.route("/gone")
def gone():
    return "old"
@app.route("/same")
def same():
    return "old"
#==> after
from app import app
@app.route("/")
def index():
    return "new"
@app.route("/same")
def same():
    return "new"
@app.route("/added")
def added():
    return "new"
#==> use app.py
class App:
    def __init__(self):
        self.routes, self.order, self.before = {}, [], []
    def route(self, path):
        def decorate(f):
            self.routes[path] = f
            self.order.append((path, f))
            return f
        return decorate
app = App()
#==> use
from app import app
import m

def check():
    assert app.routes == {"/": m.index, "/same": m.same, "/added": m.added}
    assert {f() for f in app.routes.values()} == {"new"}
    assert all(f() == "new" for path, f in app.order if path != "/gone"), app.order

def report(r):
    left = [(x["holder"], x["object"]) for x in r["references"]["left"]]
    assert left == [("tuple object", "gone")] or "/gone" not in dict(app.order), left
