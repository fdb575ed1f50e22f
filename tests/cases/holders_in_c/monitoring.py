"""sys.monitoring: the callbacks of a tool (PEP 669)."""
#: python 3.12
#==> before
seen = []
def started(code, offset):
    seen.append("old")
class Tool:
    def returned(self, code, offset, value):
        seen.append("old method")
#==> after
seen = []
def started(code, offset):
    seen.append("new")
class Tool:
    def returned(self, code, offset, value):
        seen.append("new method")
#==> use
import sys
import m

def watched():
    return 1

monitoring = sys.monitoring
monitoring.use_tool_id(3, "case")
monitoring.register_callback(3, monitoring.events.PY_START, m.started)
monitoring.register_callback(3, monitoring.events.PY_RETURN, m.Tool().returned)
monitoring.set_local_events(3, watched.__code__, monitoring.events.PY_START | monitoring.events.PY_RETURN)

def check():
    watched()
    assert m.seen == ["new", "new method"], m.seen
    assert monitoring.register_callback(3, monitoring.events.PY_START, None) is m.started
