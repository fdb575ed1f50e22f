# Between the command's looking at a process and its attaching to it, the process ends and another one gets
# its PID: that one is never touched.
load ../helpers

setup() {
    need strace
    [ "$(id -u)" = 0 ] || impossible "to choose a PID needs root"
    APP=$BATS_TEST_TMPDIR/app
    mkdir "$APP"
    echo 'value = 1' >"$APP/thing.py"
    start_asker "$(default_python)" "$APP"
    ask 'import thing'
    VICTIM=$PID
    echo 'value = "new"' >"$APP/thing.py"
}

# stopped: the command was stopped behind that system call.
stopped() {
    grep -qs 'stopped by SIGSTOP' "$BATS_TEST_TMPDIR/trace"
}

# impostor: another program of the same kind in the place of the one that just ended.
impostor() {
    stop_target
    start_target "$(default_python)" "$TESTS/targets/with_pid.py" "$VICTIM" "$(default_python)" "$TESTS/targets/ask.py" "$APP"
    PID=$VICTIM
    assert_answer 'os.getpid()' "$VICTIM" && ask 'import thing; thing.value = 1'
}

# reused CALL [OPTION...]: with the other one coming up behind the command's first CALL (of those that strace's
# OPTIONs let it see).
reused() {
    local status=0 before
    strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace="$1" -e inject="$1:signal=SIGSTOP:when=1" "${@:2}" \
        "$REIMPORT" --no-syslog ${EARLIER:+--pid "$EARLIER"} --pid "$VICTIM" thing >"$BATS_TEST_TMPDIR/said" 2>&1 &
    TRACER=$!
    wait_for stopped
    impostor
    before=$(outside_state && module_names)
    kill -CONT "$(pgrep -P "$TRACER")"
    wait $TRACER || status=$?
    cat "$BATS_TEST_TMPDIR/said"
    assert_same 3 $status
    assert_contains "$(cat "$BATS_TEST_TMPDIR/said")" "PID $VICTIM"
    assert_answer thing.value 1
    assert_same "$before" "$(outside_state && module_names)"
    assert_serving
}

@test "once the process is known" { reused pidfd_open; }
@test "when all but a thread is known" { reused openat -P "task/$VICTIM/syscall"; }
@test "when another process comes first, and only its birth is known" {
    start_asker -n earlier "$(default_python)" "$APP"
    ask 'import thing'
    EARLIER=$PID
    use_target target
    reused pidfd_open
    assert_contains "$(cat "$BATS_TEST_TMPDIR/said")" "another process has its PID"
}
