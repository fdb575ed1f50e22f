# Threads asleep in a signal handler: not borrowed if what it has interrupted may hold a lock that loading a
# library takes.
# bats file_tags=slow
load ../helpers
load sweeps

# visit KIND [FLAGS]: a thread of that kind is offered to a visit, and no other one.
visit() {
    local tid
    tid=$(ask "handlers.handlers_$1(${2:-})")
    tid=$(outside_tid "$tid")
    [ -n "$tid" ] || fail "no such thread"
    run env REIMPORT_TEST_TID="$tid" "$VISIT" -n 3 -t "$PATIENT_MS" "$PID"
}
left_alone() {
    PATIENT_MS=150 visit "$@"
    [ "$status" = 1 ] || fail "$*: borrowed: $output"
    assert_contains "$output" "no thread of it came to a moment"
}
borrowed() {
    PATIENT_MS=20000 visit "$@"
    [ "$status" = 0 ] || fail "$*: $output"
}

@test "handlers that have interrupted malloc(), other code, system calls, and that have returned, every C library" {
    local python found=0
    for python in $(pythons_by_libc); do
        echo "# $python"
        start_victim_if_new "$python" || continue
        ask "import signal; handlers = ctypes.CDLL('$BUILD/tests/handlers.so')"
        left_alone allocating 0
        left_alone allocating 0x10000000 # SA_RESTART
        left_alone allocating 0x40000000 # SA_NODEFER
        left_alone twice
        left_alone running 0
        borrowed sleeping 0
        borrowed sleeping 0x10000000
        borrowed stale
        reimports 2
        assert_answer 'handlers.handlers_end()' 8
        assert_serving
        stop_target
        found=$((found + 1))
    done
    [ $found -gt 0 ] || fail "no interpreter was tested"
}
