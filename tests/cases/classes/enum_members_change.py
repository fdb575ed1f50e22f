"""Enum members added, removed, and with another value."""
#: without f: members that are gone are held here
#==> before
import enum
class Color(enum.Enum):
    RED = 1
    GREEN = 2
    GONE = 3
#==> after
import enum
class Color(enum.Enum):
    RED = 1
    GREEN = 20
    BLUE = 4
#==> use
from m import Color

red, green = Color.RED, Color.GREEN
table = {red: "r", green: "g"}

def check():
    assert [c.name for c in Color] == ["RED", "GREEN", "BLUE"] and len(Color) == 3
    assert red is Color.RED is Color(1) and green is Color.GREEN is Color(20) and green.value == 20
    assert Color.BLUE.value == 4 and Color(4) is Color.BLUE and type(Color.BLUE) is Color
    assert table[Color.RED] == "r" and table[Color.GREEN] == "g"
    for bad in (2, 3):
        try:
            Color(bad)
        except ValueError:
            continue
        raise AssertionError("%d is still a member" % bad)
