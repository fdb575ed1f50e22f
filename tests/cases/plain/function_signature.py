"""Parameters, defaults and keyword defaults are the new ones."""
#==> before
def area(width, height=1, *, unit="mm"):
    return width * height, unit
#==> after
def area(width, height=2, depth=3, *rest, unit="cm", scale=10):
    return width * height * depth * scale, unit
#==> use
import inspect
from m import area

def check():
    assert area(1) == (60, "cm")
    assert area.__defaults__ == (2, 3)
    assert area.__kwdefaults__ == {"unit": "cm", "scale": 10}
    assert str(inspect.signature(area)) == "(width, height=2, depth=3, *rest, unit='cm', scale=10)"
