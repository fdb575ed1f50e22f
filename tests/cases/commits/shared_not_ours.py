"""What the module only named, from elsewhere, is never removed or changed when the name goes."""
#==> before
import json
import other
from other import helper, Thing, CONSTANT
from collections import OrderedDict
def f():
    return "old", helper()
#==> after
def f():
    return "new"
#==> use other.py
def helper():
    return "helper"
class Thing:
    pass
CONSTANT = ("shared",)
#==> use
import collections
import json
import other
import m

held = [other.helper, other.Thing, other.CONSTANT, json, collections.OrderedDict, other]

def check():
    assert m.f() == "new" and not hasattr(m, "helper") and not hasattr(m, "json")
    assert held == [other.helper, other.Thing, other.CONSTANT, json, collections.OrderedDict, other]
    assert other.helper() == "helper" and json.dumps(1) == "1"
