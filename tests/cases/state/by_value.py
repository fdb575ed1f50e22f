"""Data imported by value is refreshed, in modules where the name still is the old value."""
#==> before
LIMIT = 10
NAMES = ["a"]
TABLE = {"a": 1}
SAME = 5
class Config:
    pass
config = Config()
config.v = "old"
#==> after
LIMIT = 20
NAMES = ["b"]
TABLE = {"b": 2}
SAME = 5
class Config:
    pass
config = Config()
config.v = "new"
#==> use holder.py
from m import LIMIT, NAMES, config
from m import TABLE as RENAMED
from m import LIMIT as MINE
MINE = 10000
def limit():
    return LIMIT
#==> use
import holder
import m

def check():
    assert holder.LIMIT == 20 == holder.limit() and holder.NAMES is m.NAMES
    assert holder.RENAMED is m.TABLE and holder.config is m.config and holder.config.v == "new"
    assert holder.MINE == 10000
