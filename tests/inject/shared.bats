# A worker that was forked shares its parent's pages until it writes to them: a reimport must not write to each
# object of the heap.
load ../helpers
load ../reload/each

# start_worker PYTHON: sets WORKER, which waits, with a heap of its parent's, half of it frozen, of $HEAP kB.
start_worker() {
    cat >"$APP/heap.py" <<'END'
import gc, os, thing

r, w = os.pipe()
made = []

def make(n):
    made.append([[i] for i in range(n)] + [{"held": thing.answer}])

def fork():
    child = os.fork()
    while not child and os.read(r, 1):
        held = [part[-1]["held"] for part in made]
        answers = [f() for f in held] + [f is thing.answer for f in held]
        os.write(1, ("%s\n" % answers).encode())
    return child
END
    printf 'def answer(): return 1\n' >"$APP/thing.py"
    start_asker "$1" "$APP"
    ask 'import gc, heap, thing; gc.disable(); gc.set_threshold(11, 7, 3)'
    HEAP=$(private "$PID")
    ask 'heap.make(200000); gc.freeze(); heap.make(200000)'
    HEAP=$(($(private "$PID") - HEAP))
    WORKER=$(ask 'heap.fork()')
    [[ $1 != *@* ]] || WORKER=$(pgrep -P "$PID")
}

private() {
    local key kb _
    while read -r key kb _; do
        [ "$key" != Private_Dirty: ] || echo "$kb"
    done <"/proc/$1/smaps_rollup"
}

# answers LIST: what the worker has in its heap.
answers() {
    ask_later 'os.write(heap.w, b"x")'
    assert_same "$(printf '%s\n' "$1" '= 1' | sort)" "$(for _ in 1 2; do target_line && echo "$REPLY"; done | sort)"
}

# stays_shared: most of the pages are the parent's yet.
stays_shared() {
    local now
    now=$(private "$WORKER")
    [ $(((now - OWN) * 4)) -lt "$HEAP" ] || fail "$((now - OWN)) kB of $HEAP were copied"
}

# patched TEXT ARG...: the module's new text, and what is asked for; still shared afterwards.
patched() {
    printf '%s\n' "$1" >"$APP/thing.py"
    shift
    reimport --quiet "$@" --pid "$WORKER" || return
    stays_shared
}

shared() {
    start_worker "$1" || return
    OWN=$(private "$WORKER")
    patched 'def answer(): return 1' --status || return
    patched 'def answer(): return 2' thing && answers '[2, 2, True, True]' || return
    patched 'def answer(): return 3; return 3' thing --code-only && answers '[3, 3, True, True]' || return
    patched '' --undo && answers '[2, 2, True, True]' || return
    kill -KILL "$WORKER"
}
@test "the pages that a worker shares with its parent stay shared" { EACH=pythons each shared; }
