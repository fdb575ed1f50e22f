# bats file_tags=slow
# Threads that are blocked in a system call do not notice a visit: nothing fails with EINTR, nothing
# returns before its time.
load ../helpers
load sweeps

@test "a thread in each kind of system call is borrowed, and the call goes on, every C library" {
    local python found=0
    for python in $(pythons_by_libc); do
        echo "# $python"
        start_victim_if_new "$python" || continue
        each_call "${VISITS:-4}"
        stop_target
        found=$((found + 1))
    done
    [ $found -gt 0 ] || fail "no interpreter was tested"
}

@test "reimports among threads in every kind of system call, every version" {
    local python found=0
    for python in $(pythons); do
        echo "# $python"
        start_victim_if_new "$python" || continue
        assert_answer 'zoo.zoo_start(None) > 40' True
        reimports "${REIMPORTS:-2}"
        zoo_unharmed
        ask 'zoo.zoo_end()' >/dev/null
        stop_target
        found=$((found + 1))
    done
    [ $found -gt 0 ] || fail "no interpreter was tested"
}

# The kernel begins epoll_wait() anew with the whole of its timeout.
@test "a wait with a timeout ends in time, however often it is visited, every C library" {
    local python visits
    for python in $(pythons_by_libc); do
        echo "# $python"
        start_asker "$python"
        ask 'import select, time; epoll = select.epoll(); now = time.monotonic'
        ask "def wait(): began = now(); epoll.poll(1); return now() - began"
        ask_later 'waits = [wait() for _ in range(3)]'
        for ((visits = 0; visits < 100; visits++)); do
            reimport --quiet --status --pid "$PID"
            ! IFS= read -rt 0 -u "${TARGET_OUT[$TARGET]}" || break
            pause 0.1
        done
        [ $visits -lt 100 ] || fail "it has not ended after 100 visits"
        answer
        [ $visits -gt 5 ]
        assert_answer 'min(waits) >= 1' True
        stop_target
    done
}

@test "the count is whole: a thread in a call that a stop would cut short is left alone, every C library" {
    local python name found=0
    for python in $(pythons_by_libc); do
        echo "# $python"
        start_asker "$python" "$TESTS/targets"
        ask 'import whole'
        for name in $(ask '" ".join(whole.CUT)' | tr -d "'"); do
            offer "whole.start('$name')" 2 50
            [ "$status" = 1 ] || fail "$name: borrowed: $output"
            assert_contains "$output" '(), which a stop would make return too early'
            "$VISIT" -n 3 "$PID" || fail "$name: no other thread"
            assert_answer "whole.end('$name')" "'whole'"
        done
        for name in $(ask '" ".join(whole.SMALL)' | tr -d "'"); do
            offer "whole.start('$name')" 3 20000
            [ "$status" = 0 ] || fail "$name: $output"
            assert_answer "whole.end('$name')" "'whole'"
        done
        assert_serving
        stop_target
        found=$((found + 1))
    done
    [ $found -gt 0 ] || fail "no interpreter was tested"
}

# Stopped while it runs, it may be in such a call by then, which returns a part. It returns no more than was done.
@test "the count is true: a thread that writes all the time" {
    local kind tid
    start_asker "$(default_python)" "$TESTS/targets"
    ask 'import whole'
    for kind in pipe socket; do
        tid=$(ask "whole.stream('$kind')")
        REIMPORT_TEST_TID=$(outside_tid "$tid") "$VISIT" -n "${VISITS:-40}" -t 100 "$PID" 2>/dev/null || :
        assert_answer 'whole.streamed()' '(True, True, [])'
    done
    assert_serving
}

@test "the count is whole: python -u waits in printing into a pipe" {
    local python pid i
    python=$(default_python)
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    exec {fd}<>"$BATS_TEST_TMPDIR/fifo"
    "$python" -u -c 'for i in range(5): print("%03d " % i + "x" * 99995)' >"$BATS_TEST_TMPDIR/fifo" 3>&- &
    pid=$!
    for ((i = 0; i < 5; i++)); do
        wait_for grep -q '^1 ' "/proc/$pid/syscall"
        run reimport --quiet --status --timeout 0.1 --pid $pid
        [ "$status" = 4 ] || fail "exit status $status: $output"
        [ "$(head -c 100000 <&$fd | wc -c)" = 100000 ]
    done
    wait $pid
    [ "$(timeout 1 head -c 1 <&$fd | wc -c)" = 0 ] || fail "more came than was printed"
    exec {fd}>&-
}

@test "the count is whole: the only thread is in such a call: a clear refusal" {
    local python pid
    python=$(default_python)
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    exec {fd}<>"$BATS_TEST_TMPDIR/fifo"
    "$python" -c 'import os; os._exit(os.write(1, b"x" * 200000) != 200000)' >"$BATS_TEST_TMPDIR/fifo" 3>&- &
    pid=$!
    wait_for grep -q '^1 ' "/proc/$pid/syscall"
    run -4 --separate-stderr reimport --status --timeout 0.3 --pid $pid
    assert_contains "$stderr" "its thread $pid is in write(), which a stop would make return too early"
    head -c 200000 <&$fd >/dev/null
    wait $pid
    exec {fd}>&-
}
