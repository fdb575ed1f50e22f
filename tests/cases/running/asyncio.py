"""asyncio: handles that wait, callbacks of futures, tasks not begun, a queue's contents."""
#==> before
def on_call(log):
    log.append("old call")
def on_done(future):
    future.log.append("old done")
async def job(log):
    log.append("old job")
class Item:
    def v(self):
        return "old"
#==> after
def on_call(log):
    log.append("new call")
def on_done(future):
    future.log.append("new done")
async def job(log):
    log.append("new job")
class Item:
    def v(self):
        return "new"
#==> use
import asyncio
import m

loop = asyncio.new_event_loop()
log = []

class Future(asyncio.Future):
    pass

async def start():
    global future, queue
    loop.call_soon(m.on_call, log)
    loop.call_later(0.001, m.on_call, log)
    future = Future()
    future.log = log
    future.add_done_callback(m.on_done)
    queue = asyncio.Queue()
    queue.put_nowait(m.Item())

async def go_on():
    loop.call_soon(m.on_call, log)
    future.set_result(1)
    await loop.create_task(m.job(log))
    await asyncio.sleep(0.01)
    return queue.get_nowait().v()

task = start()
loop.run_until_complete(task)
handle = loop.call_later(0.002, m.on_call, log)
del log[:]

def check():
    asyncio.set_event_loop(loop)
    assert loop.run_until_complete(go_on()) == "new"
    assert set(log) == {"new call", "new done", "new job"} and len(log) >= 4, log
