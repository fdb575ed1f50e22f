# A sub-interpreter that is ended, or Python that exits, while it is worked on; a top level that does not
# return there; other interpreters meanwhile.
export BATS_TEST_TIMEOUT=600
load ../helpers
load interpreters
[ -n "${SOAK:-}" ] || VERSIONS=${VERSIONS:-3.8 3.13 3.15} # each way into an interpreter once

# begin_slow: a reimport of `thing` in the sub-interpreter, whose top level waits for the file $APP/go.
begin_slow() {
    write 1
    in_sub 'import thing; held = thing.value'
    printf 'import os, time\nopen(%s, "w").close()\nwhile not os.path.exists(%s): time.sleep(0.01)\nVALUE = 2\ndef value(): return 2\n' \
        "'$APP/begun'" "'$APP/go'" >"$APP/thing.py"
    "$REIMPORT" --timeout 30 --interpreter "$SUB" --pid "$PID" thing >"$APP/out" 2>&1 3>&- &
    COMMAND=$!
    wait_for [ -e "$APP/begun" ]
}
finish_slow() {
    touch "$APP/go"
    wait "$COMMAND" || fail "$(cat "$APP/out")" || return
    assert_contains "$(cat "$APP/out")" "interpreter $SUB (Python"
}

ended() {
    begin_slow
    # called before what keeps it from ending, which was registered earlier
    in_sub "import atexit; atexit.register(lambda: open(\"$APP/ending\", \"w\").close())"
    ask_later "subs.end($SUB)"
    wait_for [ -e "$APP/ending" ] || return
    kill -0 "$COMMAND" || fail "$(cat "$APP/out")" || return
    finish_slow || return
    answer >/dev/null || return
    assert_answer "$SUB in subs.everyone()" False || return
    run -1 reimport --interpreter "$SUB" --pid "$PID" thing
    assert_contains "$output" "there is no interpreter $SUB; there is only 0"
}
@test "who ends it meanwhile waits" { with_pythons 3.8 3.15 ended; }

running() {
    begin_slow
    # its own code goes on, and so does the main interpreter's
    assert_in_sub 'held()' 1 || return
    assert_answer '6 * 7' 42 || return
    finish_slow || return
    assert_in_sub 'held()' 2
}
@test "its own code runs meanwhile" { with_pythons 3.8 3.15 running; }

stuck() {
    local threads
    write 1
    in_sub 'import thing; held = thing.value'
    run -0 reimport --interpreter "$SUB" --pid "$PID" thing
    threads=$(thread_count)
    echo 'while True: pass' >"$APP/thing.py"
    run -4 reimport --timeout 1 --interpreter "$SUB" --pid "$PID" thing
    alone() { [ "$(thread_count)" = "$threads" ]; }
    wait_for alone || return
    assert_in_sub 'held(), thing.VALUE' '(1, 1)' || return
    write 2
    run -0 reimport --timeout 20 --interpreter "$SUB" --pid "$PID" thing
    assert_in_sub 'held(), thing.VALUE' '(2, 2)' || return
    ask "subs.end($SUB)"
}
@test "a top level that loops is interrupted, and nothing is changed" { with_pythons 3.8 3.15 stuck; }

stuck_later() {
    local threads other
    write 1
    other=$(make_sub)
    ask 'import thing'
    in_sub 'import thing, sys; held = thing.value; sys.waits = True'
    ask "subs.run($other, 'import thing')"
    run -0 reimport --interpreter all --pid "$PID" thing
    threads=$(thread_count)
    write 2
    printf 'import sys, threading\nif hasattr(sys, "waits"):\n    sys.gate = threading.Lock()\n    sys.gate.acquire(); sys.gate.acquire()\n' >>"$APP/thing.py"
    run -4 reimport --json --timeout 1 --interpreter all --pid "$PID" thing
    assert_same "[0,\"reimported\",true,null]
[$SUB,\"timeout\",false,\"timed out while the new top level ran; nothing was changed\"]
[$other,\"timeout\",false,\"timed out; nothing was changed\"]" \
        "$(jq -c '[.interpreter, .result, .changed, .error.message]' < <(grep '^{' <<<"$output"))" || return
    assert_answer "thing.VALUE, subs.ask($other, 'thing.VALUE')" '(2, 1)' || return
    assert_in_sub 'held(), thing.VALUE' '(1, 1)' || return
    in_sub 'sys.gate.release()'
    alone() { [ "$(thread_count)" = "$threads" ]; }
    wait_for alone || return
    assert_in_sub 'held(), thing.VALUE' '(1, 1)' || return
    write 3
    run -0 reimport --timeout 20 --interpreter all --pid "$PID" thing
    assert_answer "thing.VALUE, subs.ask($other, 'thing.VALUE'), subs.ask($SUB, 'held()')" '(3, 3, 3)'
}
@test "where that never returns in a later one of all, what was done in those before is told" { with_pythons 3.8 3.15 stuck_later; }

# What was made before is let go of then: it has a finalizer that waits.
stuck_finalizer() {
    write 1
    ask 'import thing'
    in_sub 'import thing, sys, threading; sys.waits = True; sys.gates = threading.Lock(), threading.Lock()'
    in_sub '[gate.acquire() for gate in sys.gates]; sys.modules["holder"] = type(sys)("holder")'
    write 2
    printf 'import sys\nif hasattr(sys, "waits"):\n    class Waits:\n        def __del__(self, gate=sys.gates[1]):\n            gate.acquire()\n    import holder\n    holder.held = [Waits()]\n    sys.gates[0].acquire()\n' >>"$APP/thing.py"
    run -4 reimport --json --timeout 1 --interpreter all --pid "$PID" thing
    assert_same "[0,\"reimported\",true]
[$SUB,\"timeout\",false]" "$(jq -c '[.interpreter, .result, .changed]' < <(grep '^{' <<<"$output"))" || return
    in_sub '[gate.release() for gate in sys.gates]'
    write 3
    run -0 reimport --timeout 20 --interpreter all --pid "$PID" thing
    assert_answer "thing.VALUE, subs.ask($SUB, 'thing.VALUE')" '(3, 3)'
}
@test "nor do finalizers keep that back" { with_pythons 3.8 3.15 stuck_finalizer; }

turns() {
    write 1
    in_sub 'import thing'
    printf 'import time\nend = time.monotonic() + 1\nwhile time.monotonic() < end: pass\nopen(%s, "w").close()\n' "'$APP/done'" >"$APP/thing.py"
    ask 'lags = []; stop = False'
    ask 'exec("def tick():\n while not stop:\n  t = time.monotonic(); time.sleep(0.001); lags.append(time.monotonic() - t)")'
    ask 'ticking = threading.Thread(target=tick); ticking.start()'
    run -0 reimport --json --timeout 50 --interpreter "$SUB" --pid "$PID" thing
    ask 'stop = True; ticking.join()'
    # of all its turns none took longer than half of the top level
    local took
    took=$(sed -E 's/.*"import":([0-9]+).*/\1/' <<<"$output")
    [ "$took" -gt 300 ] || fail "the top level was too quick: $took ms" || return
    assert_answer "max(lags) * 1000 < $took / 2" True
}
@test "the main interpreter has its turns while a top level works there" { with_pythons 3.8 3.15 turns; }
