"""Imported by value: what was data is a function now, and the other way round."""
#==> before
handler = None
def limit():
    return 1
class Options:
    pass
#==> after
def handler():
    return "new"
limit = 5
Options = {"a": 1}
#==> use holder.py
from m import handler, limit, Options
#==> use
import holder

def check():
    import m
    assert holder.handler is m.handler and holder.handler() == "new"
    assert holder.limit == 5
    assert holder.Options is m.Options
