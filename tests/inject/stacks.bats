# Threads on stacks that end sooner than it seems from outside: borrowed only if there is room for certain,
# and nothing next to their stacks is written to.
# bats file_tags=slow
load ../helpers
load sweeps

# each WHAT KIND [SIZE]: a thread of that kind is left_alone or borrowed, and nothing next to its stack is written to.
each() {
    "$1" "stacks.stacks_$2(${3:-})"
    assert_answer 'stacks.stacks_bad()' 0
}

@test "alternate stacks, contexts, given and small stacks, every C library" {
    local python found=0
    for python in $(pythons_by_libc); do
        echo "# $python"
        start_victim_if_new "$python" || continue
        ask "stacks = ctypes.CDLL('$BUILD/tests/stacks.so')"
        each left_alone alternate 8192
        each left_alone switched 8192
        each left_alone switched 262144
        each left_alone given 32768
        each left_alone smallest
        each borrowed alternate 262144
        each borrowed given 262144
        reimports 2
        assert_answer 'stacks.stacks_bad()' 0
        stop_target
        found=$((found + 1))
    done
    [ $found -gt 0 ] || fail "no interpreter was tested"
}
