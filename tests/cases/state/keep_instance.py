"""An instance that is kept has its class's new methods, unless the class is kept too."""
#==> before
__reimport_keep__ = ("pool",)
class Pool:
    def __init__(self):
        self.items = []
    def where(self):
        return "old"
pool = Pool()
pool.items.append(1)
#==> after
__reimport_keep__ = ("pool",)
class Pool:
    def __init__(self):
        self.items = []
    def where(self):
        return "new"
pool = Pool()
put = pool.items.append
def users():
    return [pool]
#==> use
import m
from m import pool
m.pool.items.append(2)

def check():
    assert m.pool is pool and type(pool) is m.Pool
    assert pool.where() == "new" and m.users() == [pool]
    assert pool.items[-1] == 2
