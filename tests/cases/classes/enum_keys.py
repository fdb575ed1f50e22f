"""What a module keys by the members of its Enum is found by the members that others hold."""
#==> before
import enum, shelf
class Color(enum.Enum):
    RED = 1
    GREEN = 2
    BLUE = 3
WARM = {Color.RED}
COLD = frozenset([Color.BLUE, Color.GREEN])
WORDS = {Color.RED: "old red", Color.GREEN: "old green"}
PAIRS = {(Color.RED, Color.GREEN): "old"}
DEFAULT = Color.RED
def word(color=DEFAULT):
    return WORDS[color]
shelf.seen.update(Color)
shelf.words.update(dict.fromkeys(Color, "seen"))
#==> after
import enum, shelf
class Color(enum.Enum):
    RED = 1
    GREEN = 2
    BLUE = 3
WARM = {Color.RED, Color.GREEN}
COLD = frozenset([Color.BLUE])
WORDS = {Color.RED: "new red", Color.GREEN: "new green"}
PAIRS = {(Color.RED, Color.GREEN): "new"}
DEFAULT = Color.GREEN
def word(color=DEFAULT):
    return WORDS[color]
shelf.seen.update(Color)
shelf.words.update(dict.fromkeys(Color, "seen"))
#==> use shelf.py
seen = {"other"}
words = {}
#==> use
import m
import shelf
red, green, blue = m.Color

def check():
    assert m.word() == "new green" and m.word(red) == "new red", m.WORDS
    assert m.WARM == {red, green} and red in m.WARM and green in m.WARM
    assert m.COLD == {blue} and blue in m.COLD and green not in m.COLD
    assert m.PAIRS[red, green] == "new"
    assert set(map(id, m.WORDS)) == {id(red), id(green)} and next(iter(m.COLD)) is blue
    assert sorted(map(str, shelf.seen)) == ["Color.BLUE", "Color.GREEN", "Color.RED", "other"], shelf.seen
    assert {red, green, blue} < shelf.seen and len(shelf.seen) == 4
    assert list(shelf.words.items()) == [(c, "seen") for c in (red, green, blue)], shelf.words
    shelf.seen.discard(red)
    assert len(shelf.seen) == 3 and red not in shelf.seen
    shelf.seen.add(red)
