"""What another module of the same package put on a class stays; what one that the module imports is for, goes with the source."""
#: reimport shop.models
#==> before shop/models.py
from . import util
from .kinds.base import Base
class C(Base):
    shown = property(util.helper)
    def v(self):
        return "old"
C.late = property(util.helper)
#==> after shop/models.py
from .kinds.base import Base
class C(Base):
    def v(self):
        return "new"
#==> use shop/__init__.py
#==> use shop/util.py
def helper(self):
    return "util"
#==> use shop/kinds/__init__.py
#==> use shop/kinds/base.py
from . import impl
class Base:
    def __init_subclass__(cls):
        impl.hook(cls)
#==> use shop/kinds/impl.py
def hook(cls):
    if hasattr(cls, "shown"):
        cls.hooked = cls.shown
#==> use shop/setup.py
from . import models
def helper(self):
    return "put"
models.C.prop = property(helper)
models.C.make = classmethod(helper)
#==> use
import shop.setup
from shop.models import C
c = C()

def check():
    assert c.v() == "new" and c.prop == c.make() == "put"
    assert not hasattr(C, "shown") and not hasattr(C, "late") and not hasattr(C, "hooked")
