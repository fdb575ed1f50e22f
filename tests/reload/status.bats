# --status: what was done, what is modified now, and what still runs replaced code, for as long as it
# does; and --undo after a full reimport, as the next --modified sees it.
load ../helpers
load each

# live TEST PYTHON: with the module loaded there.
live() {
    write_module 1
    start_asker "$2" "$APP" && ask 'import live, threading, asyncio' && "$1"
}

write_module() { # NUMBER
    cat >"$APP/live.py" <<MODULE
def wait(go, done):
    go.wait()
    done.set()
    return $1

def numbers():
    yield $1
    yield $1

class Pause:
    def __await__(self):
        yield

async def single():
    await Pause()
    return $1

async def task(event):
    await event.wait()
    return $1

async def stream():
    yield $1
    yield $1
MODULE
}

status() { # FILTER
    reimport --json --status --pid "$PID" | jq -rc "$1"
}
# What is stale: kind, function and line of each.
stale() {
    status '[.stale[] | "\(.kind) \(.function | sub(".*[.]"; "")) \(.line)"] | sort | join(", ")'
}

begin_all() {
    ask 'go, done = threading.Event(), threading.Event()'
    ask 'thread = threading.Thread(target=live.wait, args=(go, done), name="waiter", daemon=True); thread.start()'
    ask 'g = live.numbers(); next(g)' >/dev/null
    ask 'c = live.single(); c.send(None)' >/dev/null
    ask 'loop = asyncio.new_event_loop(); event = asyncio.Event(**({"loop": loop} if sys.version_info < (3, 10) else {})); t = loop.create_task(live.task(event)); loop.call_soon(loop.stop); loop.run_forever(); loop.call_soon(loop.stop); loop.run_forever()'
    ask 'a = live.stream(); n = a.__anext__()'
    ask $'exec("try:\\n    n.send(None)\\nexcept StopIteration: pass")'
}

lists_all() {
    local want
    begin_all
    assert_same '' "$(stale)" || return
    assert_same null "$(status .last)" || return
    write_module 2
    assert_same '["live"]' "$(status .modified)" || return
    reimport -q --pid "$PID" live
    want='async generator stream 23, coroutine single 15, coroutine task 19, frame wait 2, generator __await__ 12, generator numbers 7'
    assert_same "$want" "$(stale)" || return
    assert_same "reimport live []" "$(status '"\(.last.op) \(.last.modules | join(",")) \(.modified)"')" || return
    assert_same "waiter $APP/live.py" "$(status '.stale[] | select(.kind == "frame") | "\(.thread) \(.file)"')" || return
    # also after another reimport
    write_module 3
    reimport -q --pid "$PID" live
    assert_same "$want" "$(stale)"
}
@test "threads, generators, coroutines and tasks, with function, file and line" { each live lists_all; }

forgets() {
    begin_all
    write_module 2
    reimport -q --pid "$PID" live
    ask 'go.set(); done.wait(); thread.join()' >/dev/null
    assert_answer 'list(g)' '[1]' || return
    ask $'exec("try:\\n    c.send(None)\\nexcept StopIteration as e: single = e.value")'
    ask 'event.set(); got = loop.run_until_complete(t)'
    assert_answer '(got, single)' '(1, 1)' || return
    assert_same 'async generator stream 23' "$(stale)" || return
    ask 'del a, n'
    assert_same '' "$(stale)" || return
    assert_answer 'next(live.numbers())' 2
}
@test "what has ended is no longer listed" { each live forgets; }

undone() {
    begin_all
    ask 'f, C = live.numbers, live.Pause'
    write_module 2
    reimport -q --pid "$PID" live
    assert_answer '(next(f()), next(live.numbers()))' '(2, 2)' || return
    reimport -q --pid "$PID" --undo
    assert_answer '(next(f()), f is live.numbers, C is live.Pause)' '(1, True, True)' || return
    # what began before the reimport runs the code of now
    assert_same '' "$(stale)" || return
    assert_same 'undo ["live"]' "$(status '"\(.last.op) \(.modified)"')" || return
    run -0 reimport --json --pid "$PID" --modified
    assert_same '["live"]' "$(jq -c '[.modules[].name]' <<<"$output")" || return
    assert_answer '(next(f()), f is live.numbers)' '(2, True)'
}
@test "after an undo what is on disk is modified again, and old frames are not stale" { each live undone; }
