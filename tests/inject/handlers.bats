# Threads asleep in a signal handler: not borrowed if what it has interrupted may hold a lock that loading a
# library takes.
# bats file_tags=slow
load ../helpers
load sweeps

@test "handlers that have interrupted malloc(), other code, system calls, and that have returned, every C library" {
    local python found=0
    for python in $(pythons_by_libc); do
        echo "# $python"
        start_victim_if_new "$python" || continue
        ask "import signal; handlers = ctypes.CDLL('$BUILD/tests/handlers.so')"
        left_alone 'handlers.handlers_allocating(0)'
        left_alone 'handlers.handlers_allocating(0x10000000)' # SA_RESTART
        left_alone 'handlers.handlers_allocating(0x40000000)' # SA_NODEFER
        left_alone 'handlers.handlers_twice()'
        left_alone 'handlers.handlers_running(0)'
        borrowed 'handlers.handlers_sleeping(0)'
        borrowed 'handlers.handlers_sleeping(0x10000000)'
        borrowed 'handlers.handlers_stale()'
        reimports 2
        assert_answer 'handlers.handlers_end()' 8
        assert_serving
        stop_target
        found=$((found + 1))
    done
    [ $found -gt 0 ] || fail "no interpreter was tested"
}
