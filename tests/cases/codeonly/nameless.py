"""--code-only: functions whose makers are gone, functions under another name, and a module that ran twice."""
#: options --code-only
#: without ptab: swapping code only is asked for through the command
#==> before
import functools

def deco(f):
    @functools.wraps(f)
    def wrapper(*args):
        return "wrapped before", f(*args)
    return wrapper

def maker():
    def made():
        return "before"
    def helper():
        return [made() for _ in "a"]
    return made, helper

@deco
def decorated():
    return "before"

@deco
@deco
def twice():
    return "before"

def renamed():
    return "before"
renamed.__name__ = renamed.__qualname__ = "something"

made, helper = maker()
del deco, maker

def name(n):
    def set_name(f):
        f.__name__ = f.__qualname__ = n
        return f
    return set_name

@name("other")
def under_other():
    return "before"

class C:
    @property
    def p(self):
        return "before"
    @p.setter
    def p(self, v):
        self.v = "before"
#==> after
import functools

def deco(f):
    @functools.wraps(f)
    def wrapper(*args):
        return "wrapped after", f(*args)
    return wrapper

def maker():
    def made():
        return "after"
    def helper():
        return [made() for _ in "a"]
    return made, helper

@deco
def decorated():
    return "after"

@deco
@deco
def twice():
    return "after"

def renamed():
    return "after"
renamed.__name__ = renamed.__qualname__ = "something"

made, helper = maker()
del deco, maker

def name(n):
    def set_name(f):
        f.__name__ = f.__qualname__ = n
        return f
    return set_name

@name("other")
def under_other():
    return "after"

class C:
    @property
    def p(self):
        return "after"
    @p.setter
    def p(self, v):
        self.v = "after"
#==> use
import importlib
import m

first, c = m.decorated, m.C()
importlib.reload(m)

def check():
    for decorated in m.decorated, first:
        assert decorated() == ("wrapped after", "after"), decorated()
    assert m.twice() == ("wrapped after", ("wrapped after", "after"))
    assert m.renamed() == m.under_other() == "after" and m.renamed.__name__ == "something"
    assert m.made() == "after" and m.helper() == ["after"]
    for o in c, m.C():
        o.p = 1
        assert o.p == o.v == "after"

def report(json):
    assert json["references"]["left"] == [], json["references"]["left"]
    assert json["modules"][0]["beyond"] == [], json["modules"][0]["beyond"]
