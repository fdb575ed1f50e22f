"""--code-only: code that only moved is swapped, so that tracebacks show the new lines; it is no update."""
#: options --code-only
#: without ptab: swapping code only is asked for through the command
#==> before
import functools

def plain():
    raise ValueError

def deco(f):
    @functools.wraps(f)
    def wrapper():
        return f()
    return wrapper

@deco
def decorated():
    raise ValueError

class C:
    def meth(self):
        raise ValueError
    def local(self):
        class Inner:
            def raises(self):
                raise ValueError
        return Inner().raises()

first = lambda: 1 / 0; second = lambda: 2 / 0

def outer():
    def inner():
        return [1 / x for x in (1, 0)]
    return inner
#==> after
# One line
# and one more.
import functools

def plain():
    raise ValueError

def deco(f):
    @functools.wraps(f)
    def wrapper():
        return f()
    return wrapper

@deco
def decorated():
    raise ValueError

class C:
    def meth(self):
        raise ValueError
    def local(self):
        class Inner:
            def raises(self):
                raise ValueError
        return Inner().raises()

first = lambda: 1 / 0; second = lambda: 2 / 0

def outer():
    def inner():
        return [1 / x for x in (1, 0)]
    return inner
#==> use
import traceback
import m

inner = m.outer()

def lines(f):
    try:
        f()
    except (ValueError, ZeroDivisionError) as e:
        return [frame.lineno for frame in traceback.extract_tb(e.__traceback__)[1:] if frame.name != "<listcomp>"]

def check():
    assert lines(m.plain) == [6], lines(m.plain)
    assert lines(m.decorated) == [11, 16], lines(m.decorated)
    assert lines(m.C().meth) == [20]
    assert lines(m.C().local) == [25, 24], lines(m.C().local)
    assert lines(m.first) == lines(m.second) == [27]
    assert lines(inner) == [31]

def report(json):
    module, = json["modules"]
    assert module["functions"]["updated"] == [], module["functions"]["updated"]
    assert module["swapped"] == 10, module["swapped"]
    assert module["beyond"] == [], module["beyond"]
    assert json["result"] == "reimported" and json["references"]["left"] == []
