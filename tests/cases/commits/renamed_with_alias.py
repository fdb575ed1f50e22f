"""Renamed, the old name kept as an alias: one thing under both."""
#==> before
def old_name():
    return "old"
class OldName:
    v = "old"
#==> after
def new_name():
    return "new"
old_name = new_name
class NewName:
    v = "new"
OldName = NewName
#==> use
import m
from m import old_name, OldName

one = OldName()

def check():
    assert old_name() == "new" and old_name is m.old_name is m.new_name
    assert OldName.v == "new" and OldName is m.OldName is m.NewName
    assert OldName().v == "new" and old_name.__name__ == "new_name"
