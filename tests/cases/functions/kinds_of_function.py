"""Plain into async, generator into plain: the kind changes with the code."""
#==> before
def becomes_async():
    return "old"
def becomes_generator():
    return ["old"]
async def becomes_plain():
    return "old"
def gen():
    yield "old"
async def agen():
    yield "old"
#==> after
async def becomes_async():
    return "new"
def becomes_generator():
    yield "new"
def becomes_plain():
    return "new"
def gen():
    yield "new"
    yield "newer"
async def agen():
    yield "new"
#==> use
from m import becomes_async, becomes_generator, becomes_plain, gen, agen

def run(coro):
    try:
        coro.send(None)
    except StopIteration as e:
        return e.value

def check():
    import inspect
    assert run(becomes_async()) == "new" and inspect.iscoroutinefunction(becomes_async)
    assert list(becomes_generator()) == ["new"]
    assert becomes_plain() == "new"
    assert list(gen()) == ["new", "newer"]

    async def first():
        async for x in agen():
            return x
    assert run(first()) == "new"
