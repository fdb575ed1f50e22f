"""An instance that the module makes and others import: it is the module's, whichever one that is."""
#==> before
class App:
    def __init__(self):
        self.routes = {}
    def route(self, path):
        def decorate(f):
            self.routes[path] = f
            return f
        return decorate
    def v(self):
        return "old"
app = App()
@app.route("/")
def index():
    return "old"
#==> after
class App:
    def __init__(self):
        self.routes = {}
    def route(self, path):
        def decorate(f):
            self.routes[path] = f
            return f
        return decorate
    def v(self):
        return "new"
app = App()
@app.route("/")
def index():
    return "new"
@app.route("/more")
def more():
    return "more"
#==> use
from m import app, index

def check():
    import m
    assert app is m.app and app.v() == "new"
    assert set(app.routes) == {"/", "/more"} and app.routes["/"] is index is m.index and index() == "new"
