# What a visit leaves in the target: nothing.
load ../helpers
load sweeps

is_stopped() {
    [[ $(status_field State) == T* ]]
}

@test "the same after 1 and after 101 visits, every version" {
    local python before
    for python in $(pythons); do
        echo "# $python"
        start_asker "$python"
        "$VISIT" -n 1 "$PID"
        wait_for settled
        before=$(victim_state)
        "$VISIT" -n "${VISITS:-100}" "$PID"
        wait_for settled
        assert_same "$before" "$(victim_state)"
        assert_serving
        stop_target
        count "visits ${VISITS:-100} left behind 0"
    done
}

@test "another libc, musl, which never unloads: the same after 1 and after 101 visits" {
    local before tid
    [ -x "$BUILD/tests/fakepy-musl" ] || missing "musl-gcc is not installed"
    start_target "$BUILD/tests/fakepy-musl"
    "$VISIT" -n 1 "$PID"
    wait_for settled
    before=$(outside_state)
    "$VISIT" -n "${VISITS:-100}" "$PID"
    wait_for settled
    assert_same "$before" "$(outside_state)"
    for tid in $(threads); do
        REIMPORT_TEST_TID=$tid "$VISIT" -n 5 -t 20000 "$PID"
    done
    assert_answer '' 0
    assert_unharmed
}

@test "what a killed command left is cleaned up by the next" {
    local step left=0
    start_victim "$(default_python)"
    write_version 2
    # from its creation to the constructor's first act the image is an open file of the target
    for ((step = 10; step < 60 && left < 2; step++)); do
        killed_at $step || break
        wait_for settled
        left=$(fds | grep -c memfd:reimport) || :
    done
    [ "$left" -ge 1 ] || fail "no kill left a file"
    reimport --pid "$PID" version
    [ "$(fds | grep -c memfd:reimport)" = 0 ] || fail "$(fds)"
    assert_serving
}

@test "two commands at once: one after the other" {
    local i jobs=()
    start_victim "$(default_python)"
    for ((i = 0; i < 4; i++)); do
        "$VISIT" -n 10 -t 30000 "$PID" >"$BATS_TEST_TMPDIR/$i" 2>&1 3>&- &
        jobs+=($!)
    done
    for ((i = 0; i < 4; i++)); do
        wait "${jobs[$i]}" || fail "$(cat "$BATS_TEST_TMPDIR/$i")"
    done
    assert_serving
}

@test "a second command gives up when its time is over" {
    start_victim "$(default_python)"
    write_version 2
    printf 'import time\ntime.sleep(3)\n' >>"$APP/version.py"
    reimport --pid "$PID" version >"$BATS_TEST_TMPDIR/first" 2>&1 3>&- &
    wait_for agent_inside
    run -4 reimport --timeout 0.3 --pid "$PID" version
    assert_contains "$output" "is at work on it"
    wait $! || fail "$(cat "$BATS_TEST_TMPDIR/first")"
    [ "$(victim_version)" = 2 ]
}

@test "a SIGSTOP in the middle of a visit stops the target, and SIGCONT lets it go on" {
    local i
    start_victim "$(default_python)"
    assert_answer 'zoo.zoo_start(None) > 40' True
    for ((i = 0; i < 10; i++)); do
        "$VISIT" -n 3 -t 5000 "$PID" >/dev/null 2>&1 3>&- &
        sleep "0.00$((RANDOM % 10))"
        kill -STOP "$PID"
        wait_for is_stopped
        wait $! || :
        is_stopped || fail "it does not stay stopped: $(status_field State)"
        kill -CONT "$PID"
        wait_for settled
        assert_answer '6 * 7' 42
    done
    reimports 2
    ask 'zoo.zoo_end()' >/dev/null
}

@test "a stopped process is refused, and stays stopped" {
    start_victim "$(default_python)"
    kill -STOP "$PID"
    wait_for is_stopped
    run -3 reimport --pid "$PID" version
    assert_contains "$output" stopped
    is_stopped
    kill -CONT "$PID"
    assert_serving
}
