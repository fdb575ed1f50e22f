# Threads on stacks that end sooner than it seems from outside: borrowed only if there is room for certain,
# and nothing next to their stacks is written to.
# bats file_tags=slow
load ../helpers
load sweeps

# visit KIND [SIZE]: a thread of that kind is offered to a visit, and no other one.
visit() {
    local tid
    tid=$(ask "stacks.stacks_$1(${2:-})")
    tid=$(outside_tid "$tid")
    [ -n "$tid" ] || fail "no such thread"
    run env REIMPORT_TEST_TID="$tid" "$VISIT" -n 3 -t "$PATIENT_MS" "$PID"
    assert_answer 'stacks.stacks_bad()' 0
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

@test "alternate stacks, contexts, given and small stacks, every C library" {
    local python found=0
    for python in $(pythons_by_libc); do
        echo "# $python"
        start_victim_if_new "$python" || continue
        ask "stacks = ctypes.CDLL('$BUILD/tests/stacks.so')"
        left_alone alternate 8192
        left_alone switched 8192
        left_alone switched 262144
        left_alone given 32768
        left_alone smallest
        borrowed alternate 262144
        borrowed given 262144
        reimports 2
        assert_answer 'stacks.stacks_bad()' 0
        stop_target
        found=$((found + 1))
    done
    [ $found -gt 0 ] || fail "no interpreter was tested"
}
