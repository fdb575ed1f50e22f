"""An event loop's exception handler, task factory, executor jobs, signal handlers and timers."""
#==> before
import asyncio
seen = []
def on_exception(loop, context):
    seen.append("old exception")
def make_task(loop, coro, **kw):
    seen.append("old task")
    return asyncio.Task(coro, loop=loop, **kw)
def job():
    return "old job"
def on_signal():
    seen.append("old signal")
#==> after
import asyncio
seen = []
def on_exception(loop, context):
    seen.append("new exception")
def make_task(loop, coro, **kw):
    seen.append("new task")
    return asyncio.Task(coro, loop=loop, **kw)
def job():
    return "new job"
def on_signal():
    seen.append("new signal")
#==> use
import asyncio
import os
import signal
import m

loop = asyncio.new_event_loop()
loop.set_exception_handler(m.on_exception)
loop.set_task_factory(m.make_task)
loop.add_signal_handler(signal.SIGUSR1, m.on_signal)
waiting = []

async def later():
    os.kill(os.getpid(), signal.SIGUSR1)
    waiting.append(await loop.run_in_executor(None, m.job))
    loop.call_exception_handler({"message": "asked for"})
    while "new signal" not in m.seen and "old signal" not in m.seen:
        await asyncio.sleep(0)

def check():
    loop.run_until_complete(later())
    assert sorted(m.seen) == ["new exception", "new signal", "new task"], m.seen
    assert waiting == ["new job"]
