"""contextlib.contextmanager, used and half-way through."""
#==> before
import contextlib
@contextlib.contextmanager
def managed(log):
    log.append("old in")
    yield
    log.append("old out")
#==> after
import contextlib
@contextlib.contextmanager
def managed(log):
    log.append("new in")
    yield
    log.append("new out")
#==> use
from m import managed

def check():
    import m
    log = []
    with managed(log):
        log.append("body")
    assert log == ["new in", "body", "new out"] and managed is m.managed

    @managed(log)
    def as_decorator():
        log.append("deco")
    as_decorator()
    assert log[3:] == ["new in", "deco", "new out"]
