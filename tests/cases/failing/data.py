"""Module-level data of a module whose new source fails."""
#: fails RuntimeError
#==> before
state = {"a": [1]}
def f():
    return state
#==> after
import sys
state = {"b": [2]}
def f():
    return state
old_state = sys.modules.get("m")
raise RuntimeError
#==> use
import m
from m import f, state

def check():
    assert f() is state is m.state and state == {"a": [1]} and not hasattr(m, "old_state")
