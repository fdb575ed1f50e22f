"""Doc string, annotations and attributes of a held function are the new ones."""
#==> before
def f(x: int) -> str:
    """Old doc."""
f.tag = "old"
f.gone = True
#==> after
def f(x: float, y: bytes = b"") -> list:
    """New doc."""
f.tag = "new"
f.more = True
#==> use
import inspect
from m import f

def check():
    assert f.__doc__ == "New doc."
    assert f.__annotations__ == {"x": float, "y": bytes, "return": list}
    assert vars(f) == {"tag": "new", "more": True}
    assert "float" in str(inspect.signature(f))
