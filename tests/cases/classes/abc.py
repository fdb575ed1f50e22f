"""An ABC with registered classes and warm caches."""
#==> before
import abc
class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self):
        return "old"
    def describe(self):
        return "old"
#==> after
import abc
class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self):
        return "new"
    def describe(self):
        return "new"
    @classmethod
    def __subclasshook__(cls, other):
        if cls is Shape and "looks_like_it" in vars(other):
            return True
        return NotImplemented
#==> use
import m
from m import Shape

class Square(Shape):
    def area(self):
        return super().area()
@Shape.register
class Virtual:
    pass
class Looks:
    looks_like_it = True
class Not:
    pass

square = Square()
for x in (square, Virtual(), Looks(), Not(), 1):
    isinstance(x, Shape)

def check():
    assert square.describe() == square.area() == "new" and isinstance(square, m.Shape)
    assert isinstance(Virtual(), Shape) and issubclass(Virtual, Shape)
    assert isinstance(Looks(), Shape) and not isinstance(Not(), Shape) and not isinstance(1, Shape)
