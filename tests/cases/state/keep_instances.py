"""What __reimport_keep__ keeps is of the new classes."""
#==> before
__reimport_keep__ = ("app", "table")
class App:
    def __init__(self):
        self.hits = 0
    def v(self):
        return "old"
def handler():
    return "old"
app = App()
table = {"h": handler, App: "app"}
#==> after
__reimport_keep__ = ("app", "table")
class App:
    def __init__(self):
        self.hits = 0
    def v(self):
        return "new"
def handler():
    return "new"
app = App()
table = {"h": handler, App: "app"}
#==> use
import m
from m import app

app.hits = 5

def check():
    assert m.app is app and app.hits == 5 and app.v() == "new" and type(app) is m.App
    assert m.table == {"h": m.handler, m.App: "app"} and m.table["h"]() == "new"
