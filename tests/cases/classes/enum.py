"""Enum members stay themselves: by identity, as keys, in look-ups; methods are new."""
#==> before
import enum
class Color(enum.Enum):
    RED = 1
    GREEN = 2
    def shout(self):
        return "old " + self.name
#==> after
import enum
class Color(enum.Enum):
    RED = 1
    GREEN = 2
    def shout(self):
        return "new " + self.name
#==> use
import pickle
import m
from m import Color

red = Color.RED
table = {Color.RED: "r", Color.GREEN: "g"}

def check():
    assert Color is m.Color and red is Color.RED is Color(1) is Color["RED"]
    assert red.shout() == "new RED" and table[Color.RED] == "r" and table[Color(2)] == "g"
    assert list(Color) == [red, Color.GREEN] and isinstance(red, Color) and red in Color
    assert pickle.loads(pickle.dumps(red)) is red
