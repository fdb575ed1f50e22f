"""Variables with annotations, __all__, and names that are deleted again."""
#==> before
__all__ = ["x", "gone"]
x: int = 1
gone: str = "x"
#==> after
__all__ = ["x", "y"]
x: float = 2.0
y: "list" = []
for temporary in range(3):
    pass
del temporary
#==> use
import m

def check():
    assert m.__all__ == ["x", "y"] and m.x == 2.0 and m.y == []
    assert set(m.__annotations__) == {"x", "y"} and m.__annotations__["x"] is float
    assert not hasattr(m, "gone") and not hasattr(m, "temporary")
