"""Audit hooks, which only the interpreter holds, and a hook that is a method of the module's instance."""
#==> before
seen = []
def hook(event, args):
    if event == "case.asks":
        seen.append("old")
class Hook:
    def __call__(self, event, args):
        if event == "case.asks":
            seen.append("old call")
#==> after
seen = []
def hook(event, args):
    if event == "case.asks":
        seen.append("new")
class Hook:
    def __call__(self, event, args):
        if event == "case.asks":
            seen.append("new call")
#==> use
import sys
import m

sys.addaudithook(m.hook)
sys.addaudithook(m.Hook())

def check():
    sys.audit("case.asks")
    assert m.seen == ["new", "new call"], m.seen
