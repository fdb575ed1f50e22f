# Sub-interpreters with a GIL of their own: entered when that is free on 3.12, while no thread is in them on
# 3.13 and 3.14; under a guard from 3.15 on.
export BATS_TEST_TIMEOUT=600
load ../helpers
load interpreters
[ -n "${SOAK:-}" ] || VERSIONS=${VERSIONS:-3.12 3.13 3.15} # each way into an interpreter once

own() {
    write 1
    SUB=$(make_sub True)
    ask 'import thing'
    in_sub 'import thing; held = thing.value'
    write 2
}

entered() {
    local i
    own
    run -0 reimport --interpreter "$SUB" --pid "$PID" thing
    assert_in_sub 'held(), thing.VALUE' '(2, 2)' || return
    # also while the main interpreter holds its own GIL
    write 3
    ask_later 'for i in range(50000000): pass'
    run -0 reimport --interpreter "$SUB" --pid "$PID" thing
    answer
    assert_in_sub 'held(), thing.VALUE' '(3, 3)' || return
    assert_answer 'thing.value()' 1 || return
    run -0 reimport --interpreter all --undo --pid "$PID" || fail "$output" || return
    assert_in_sub 'held(), thing.VALUE' '(2, 2)' || return
    ask "subs.end($SUB)"
    run -1 reimport --interpreter "$SUB" --pid "$PID" thing
    assert_contains "$output" "there is no interpreter $SUB"
}
@test "it is entered under its own GIL" { with_pythons 3.12 3.15 entered; }

# Its threads run without the main interpreter's GIL: their frames are not looked at from there.
busy() {
    own
    ask 'running = threading.Thread(target=subs.run, args=('"$SUB"', "end = time.time() + 20\ndef f(n):\n if n: f(n - 1)\nwhile time.time() < end: f(50)")); running.start()'
    local i
    for ((i = 3; i < 3 + ${REIMPORTS:-5}; i++)); do
        write "$i"
        reimport --pid "$PID" thing >/dev/null || return
    done
    assert_answer 'thing.value()' $((i - 1)) || return
    assert_serving
}
@test "a reimport in the main interpreter while it is busy" { with_pythons 3.12 3.15 busy; }

# Its frames are looked at by none of what looks at the main interpreter: an object of one that was made there
# could not be freed here. They are from before, and end after it.
outlive() { # ARG...: the command's
    ask "running = threading.Thread(target=subs.run, args=($SUB, 'go = \"$APP/go\"\nwhile not os.path.exists(go): time.sleep(0.01)')); running.start()"
    "$@" || return
    touch "$APP/go"
    ask 'running.join()'
    rm "$APP/go"
    assert_in_sub 'held()' 1
}
looked_at() {
    own
    outlive run -0 reimport --status --pid "$PID" || return
    outlive run -0 reimport --modified "$APP" --pid "$PID" || return
    assert_answer 'thing.value()' 2
}
@test "what is modified in the main interpreter is asked while it is busy" { with_pythons 3.12 3.15 looked_at; }

# A program whose guarded block answers questions.
main_looked_at() {
    stop_target
    {
        echo 'def value(): return 1'
        echo "if __name__ == '__main__':"
        echo "    asker = '$TESTS/targets/ask.py'"
        echo "    exec(compile(open(asker).read(), asker, 'exec'), {'__name__': 'asker'})"
    } >"$APP/main.py"
    start_target "$(find_python "$1")" "$APP/main.py" "$APP"
    ask 'import subs, threading, time, __main__; first = __main__.value'
    SUB=$(make_sub True)
    write 1
    in_sub 'import thing; held = thing.value'
    sed -i 's/return 1/return 2/' "$APP/main.py"
    outlive run -0 reimport --pid "$PID" __main__ || return
    assert_answer 'first()' 2
}
@test "__main__ is reimported while it is busy" { with_pythons 3.12 3.15 main_looked_at; }

# The library keeps what it found out about Python for all interpreters alike, unlocked.
library() {
    own
    ask "import shutil; shutil.copy('$BUILD/reimport.abi3.so', '$APP')"
    ask "subs.run($SUB, 'try:\\n import reimport\\nexcept ImportError as error: refused = str(error)')"
    assert_in_sub 'refused' "'module reimport does not support loading in subinterpreters'" || return
    # where the GIL is the main interpreter's it can be, and works
    ask 'import reimport; reimport.reimport("thing")'
    assert_answer 'thing.value()' 2 || return
    SUB=$(make_sub)
    in_sub 'import thing, reimport; held = thing.value'
    write 3
    in_sub 'reimport.reimport("thing")'
    assert_in_sub 'held(), thing.VALUE' '(3, 3)'
}
@test "the library cannot be imported there, only where the GIL is shared" { with_pythons 3.12 3.15 library; }

# own_and_busy: a thread is in it, and never gives its GIL up, until go.
own_and_busy() {
    own
    printf '\0' >"$APP/go"
    ask "running = threading.Thread(target=subs.hold, daemon=True, args=($SUB, '$APP/go')); running.start()"
}
go() { printf '\1' 1<>"$APP/go"; }

alone() { ! at_work; }
at_work() { grep -qs reimport "/proc/$PID/task"/*/comm; }

# Before 3.15, only while no thread is in it, or has its GIL.
waits() {
    local held
    own_and_busy
    run -4 reimport --timeout 1 --interpreter "$SUB" --pid "$PID" thing
    assert_contains "$output" "interpreter $SUB has a GIL of its own"
    assert_contains "$output" 'nothing was changed'
    # one of all does not keep the others waiting
    run -4 reimport --timeout 5 --interpreter all --pid "$PID" thing
    assert_answer 'thing.value()' 2 || return
    "$REIMPORT" --timeout 30 --interpreter "$SUB" --pid "$PID" thing >"$APP/out" 2>&1 3>&- &
    held=$!
    wait_for at_work || return
    go
    wait "$held" || fail "$(cat "$APP/out")" || return
    ask 'running.join()'
    assert_in_sub 'held(), thing.VALUE' '(2, 2)'
}
@test "one that is busy is waited for until the timeout" { with_pythons 3.12 3.14 waits; }

# While it is waited for, a profiler or debugger is set for all threads of the main interpreter: nothing of it
# comes to the other, which counts by itself how many threads have one.
profiled() {
    local held before
    own_and_busy
    ask 'import atexit'
    before=$(ask 'atexit._ncallbacks()')
    pinned() { (($(ask 'atexit._ncallbacks()') > before)); }
    "$REIMPORT" --timeout 30 --interpreter "$SUB" --pid "$PID" thing >"$APP/out" 2>&1 3>&- &
    held=$!
    wait_for pinned || fail "$(cat "$APP/out")" || return
    ask 'profiler = lambda *given: None'
    ask 'threading.setprofile_all_threads(profiler); threading.settrace_all_threads(profiler)'
    go
    wait "$held" || fail "$(cat "$APP/out")" || return
    ask 'running.join(); threading.setprofile_all_threads(None); threading.settrace_all_threads(None)'
    ask "subs.run($SUB, 'calls, lines = [], []\\ndef trace(*given):\\n lines.append(1); return trace')"
    in_sub 'sys.setprofile(lambda *given: calls.append(1)); held(); sys.setprofile(None)'
    in_sub 'sys.settrace(trace); held(); sys.settrace(None)'
    assert_in_sub 'held(), bool(calls), bool(lines)' '(2, True, True)'
}
@test "all threads get a profiler while one that is busy is waited for" { with_pythons 3.12 3.14 profiled; }

# What does not return is made to, also where what interrupts it must get in first.
endless() {
    local body
    own
    for body in 'while True: pass' 'import time
while True: time.sleep(0.01)'; do
        printf 'VALUE = 2\n%s\n' "$body" >"$APP/thing.py"
        run -4 reimport --timeout 1 --interpreter "$SUB" --pid "$PID" thing
        wait_for alone
        assert_in_sub 'held(), thing.VALUE' '(1, 1)'
    done
    write 3
    run -0 reimport --interpreter "$SUB" --pid "$PID" thing
    assert_in_sub 'held(), thing.VALUE' '(3, 3)'
}
@test "a top level that does not return" { with_pythons 3.12 3.15 endless; }

# Python is to end while it is waited for.
exits() {
    local held status=0
    own
    stop_target
    printf '\0' >"$APP/go"
    start_target "$(find_python "$1")" -c 'import sys; sys.path[:0] = sys.argv[1:]
import os, subs, thing, threading
new = subs.make(True)
subs.run(new, "sys.path.insert(0, %r); import thing" % sys.argv[1])
threading.Thread(target=subs.hold, args=(new, sys.argv[1] + "/go")).start()
os.write(1, b"ready\n")
os.read(0, 1)
sys.exit(7)' "$APP"
    "$REIMPORT" --timeout 50 --interpreter 1 --pid "$PID" thing >"$APP/out" 2>&1 3>&- &
    held=$!
    wait_for at_work || fail "$(cat "$APP/out")" || return
    echo >&"${TARGET_IN[$TARGET]}"
    wait "$held" || status=$?
    assert_same 1 "$status" || return
    assert_contains "$(<"$APP/out")" 'is ending' || return
    go
    status=0
    wait "${TARGET_JOB[$TARGET]}" || status=$?
    assert_same 7 "$status" || return
    start_subs "$(find_python "$1")" # for what comes after a test
}
@test "Python ends while one that is busy is waited for" { with_pythons 3.12 3.14 exits; }

# Who waits for it is killed.
given_up() {
    local held
    own_and_busy
    "$REIMPORT" --timeout 50 --interpreter "$SUB" --pid "$PID" thing >"$APP/out" 2>&1 3>&- &
    held=$!
    wait_for at_work || return
    kill -9 "$held"
    wait_for alone || return
    assert_serving || return
    go
    ask 'running.join()'
    run -0 reimport --interpreter "$SUB" --pid "$PID" thing
    assert_in_sub 'held()' 2
}
@test "who waits for it is killed" { with_pythons 3.12 3.14 given_up; }

# write_at_once NUMBER: the same, in one step.
write_at_once() {
    printf 'VALUE = %d\ndef value(): return %d\n' "$1" "$1" >"$APP/new"
    mv "$APP/new" "$APP/thing.py"
}

churn() {
    local i entered=0 id
    own
    ask "churn = subs.Churn('$APP')"
    for ((i = 3; i < 3 + ${REIMPORTS:-8}; i++)); do
        write_at_once "$i"
        if ((i % 2)); then
            run reimport --json --timeout 5 --interpreter all --pid "$PID" thing
        else
            id=$(ask 'max(subs.everyone())')
            run reimport --json --timeout 5 --interpreter "$id" --pid "$PID" thing
        fi
        case $status in 0 | 1 | 4) ;; *) fail "$status: $output" || return ;; esac
        entered=$((entered + $(grep '"result":"reimported"' <<<"$output" | grep -c '"interpreter":[2-9]' || :)))
    done
    assert_answer 'churn.stop()' '[]' || return
    echo "# entered $entered times; $(ask churn.ended) ended"
    [ "$entered" -gt 0 ] || fail "none was entered"
}
@test "while interpreters are made, used and ended all the time" { with_pythons 3.12 3.15 churn; }

pool() {
    local n # `run` with a status uses i
    own
    ask "pool = subs.Pool('$APP')"
    for ((n = 3; n < 3 + ${REIMPORTS:-8}; n++)); do
        write_at_once "$n"
        run -0 reimport --json --timeout 5 --interpreter "$((SUB + 1 + n % 2))" --pid "$PID" thing
    done
    assert_answer 'pool.stop()' '[]' || return
    echo "# $(ask pool.done) tasks"
}
@test "while an InterpreterPoolExecutor works all the time" { with_pythons 3.14 3.15 pool; }
