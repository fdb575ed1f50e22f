"""Module-level data is what the new top level made."""
#==> before
LIMIT = 10
TABLE = {"a": 1}
NAMES = ["x"]
def limit():
    return LIMIT, TABLE, NAMES
#==> after
LIMIT = 20
TABLE = {"b": 2}
NAMES = ["y", "z"]
def limit():
    return LIMIT, TABLE, NAMES
#==> use
import m
from m import limit

def check():
    assert limit() == (20, {"b": 2}, ["y", "z"]) == (m.LIMIT, m.TABLE, m.NAMES)
