"""Old functions, new functions and methods read and write one namespace."""
#==> before
count = 0
def bump():
    global count
    count += 1
class C:
    def bump(self):
        global count
        count += 1
#==> after
count = 100
def bump():
    global count
    count += 10
def added():
    global count
    count += 1000
class C:
    def bump(self):
        global count
        count += 100
#==> use
import m
from m import bump

c = m.C()

def check():
    m.count = 0
    bump(), m.bump(), c.bump(), m.C().bump(), m.added()
    assert m.count == 1220, m.count
    assert bump.__globals__ is m.added.__globals__ is m.C.bump.__globals__ is vars(m)
