"""global statements in old frames, old and new functions, closures and methods: one dict, for ever."""
#==> before
n = 0
def bump():
    global n
    n += 1
def make():
    def inner():
        global n
        n += 1
    return inner
class C:
    def bump(self):
        global n
        n += 1
#==> after
n = 100
def bump():
    global n
    n += 1
def make():
    def inner():
        global n
        n += 1
    return inner
class C:
    def bump(self):
        global n
        n += 1
def added():
    global n
    n += 1
def get():
    return n
#==> use
import m
from m import bump

inner, c = m.make(), m.C()
method, namespace = c.bump, vars(m)

def check():
    m.n = 0
    for f in (bump, m.bump, inner, m.make(), method, c.bump, m.C().bump, m.added):
        f()
    assert m.n == 8 == m.get() == namespace["n"] and vars(m) is namespace
    for f in (bump, inner, method.__func__, m.added, m.get, m.make()):
        assert f.__globals__ is namespace
