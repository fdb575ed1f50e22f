"""The module's classes, registered with ABCs elsewhere, caches warm."""
#==> before
import collections.abc
import shapes
class A:
    pass
shapes.Shape.register(A)
class Sized:
    def __len__(self):
        return 0
class NotSized:
    pass
#==> after
import collections.abc
import shapes
class A:
    new = True
shapes.Shape.register(A)
class Sized:
    pass
class NotSized:
    def __len__(self):
        return 1
#==> use shapes.py
import abc
class Shape(abc.ABC):
    pass
#==> use
import collections.abc
import m
import shapes

a, sized, notsized = m.A(), m.Sized(), m.NotSized()
[isinstance(x, k) for x in (a, sized, notsized) for k in (shapes.Shape, collections.abc.Sized)]

def check():
    assert isinstance(a, shapes.Shape) and isinstance(m.A(), shapes.Shape) and a.new
    assert not isinstance(sized, collections.abc.Sized) and isinstance(notsized, collections.abc.Sized)
