"""Runtime-checkable protocols of the module, with a changed member list."""
#==> before
from typing import Protocol, runtime_checkable
@runtime_checkable
class Closes(Protocol):
    def close(self): ...
#==> after
from typing import Protocol, runtime_checkable
@runtime_checkable
class Closes(Protocol):
    def close(self): ...
    def flush(self): ...
#==> use
from m import Closes

class OnlyClose:
    def close(self): pass
class Both(OnlyClose):
    def flush(self): pass

[isinstance(x(), Closes) for x in (OnlyClose, Both, int)]

def check():
    assert isinstance(Both(), Closes) and not isinstance(OnlyClose(), Closes) and not isinstance(1, Closes)
