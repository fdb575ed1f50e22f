"""Generators and coroutines that were closed run nothing: the report does not name them."""
#==> before
def gen():
    yield "old"
async def co():
    return "old"
#==> after
def gen():
    yield "new"
async def co():
    return "new"
#==> use
import m

closed = [m.gen(), m.co(), m.gen(), m.gen()]
next(closed[2])
next(closed[3])
for one in closed[:3]:
    one.close()
assert next(closed[3], None) is None

def check():
    assert next(m.gen()) == "new" and all(getattr(one, "gi_frame", None) is None for one in closed)
