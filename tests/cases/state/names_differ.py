"""Data made again that has the same values under other names is not what it was; the old object stays where all is the same."""
#==> before
class Options: pass
swapped = Options()
swapped.a = 1
swapped.b = 2
nested = Options()
nested.by_name = {"debug": True}
mixed = Options()
mixed.a = {1: "one"}
class Slotted(Options):
    __slots__ = ("s",)
slotted = Slotted()
slotted.s = 1
slotted.x = 2
same = Options()
same.a = 1
same.b = {"debug": True}
seen = Options()
seen.a = 1
seen.b = (1, "2")
bare = Options()
same_slotted = Slotted()
same_slotted.s = 1
same_slotted.x = 2
#==> after
class Options: pass
swapped = Options()
swapped.b = 1
swapped.a = 2
nested = Options()
nested.by_name = {"trace": True}
mixed = Options()
mixed.a = {2: "one"}
class Slotted(Options):
    __slots__ = ("s",)
slotted = Slotted()
slotted.s = 2
slotted.x = 1
same = Options()
same.a = 1
same.b = {"debug": True}
seen = Options()
seen.a = 1
seen.b = (1, "2")
bare = Options()
same_slotted = Slotted()
same_slotted.s = 1
same_slotted.x = 2
#==> use
import m
same, seen, bare, same_slotted = m.same, m.seen, m.bare, m.same_slotted
vars(seen)

def check():
    assert vars(m.swapped) == {"b": 1, "a": 2}, vars(m.swapped)
    assert m.nested.by_name == {"trace": True}, vars(m.nested)
    assert m.mixed.a == {2: "one"}, vars(m.mixed)
    assert (m.slotted.s, vars(m.slotted)) == (2, {"x": 1}), (m.slotted.s, vars(m.slotted))
    assert m.same is same and m.bare is bare and m.same_slotted is same_slotted
    assert m.seen is seen and type(seen) is m.Options
