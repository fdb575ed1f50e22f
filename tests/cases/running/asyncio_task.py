"""An asyncio task in the middle of an old coroutine: it ends, and is reported."""
#: without f: a new process has no old task
#==> before
import asyncio
async def job():
    await asyncio.sleep(0.01)
    return "old"
#==> after
import asyncio
async def job():
    await asyncio.sleep(0.01)
    return "new"
#==> use
import asyncio
import m

loop = asyncio.new_event_loop()
async def start():
    task = loop.create_task(m.job())
    await asyncio.sleep(0)
    return task
task = loop.run_until_complete(start())

def check():
    assert loop.run_until_complete(task) == "old"
    assert loop.run_until_complete(m.job()) == "new"

def report(r):
    assert "job" in {s["function"] for s in r["stale"]}, r["stale"]
