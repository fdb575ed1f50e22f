# bats file_tags=slow
# Threads that are blocked in a system call do not notice a visit: nothing fails with EINTR, nothing
# returns before its time.
load ../helpers
load sweeps

@test "a thread in each kind of system call is borrowed, and the call goes on, every C library" {
    local python found=0
    for python in $(pythons_by_libc); do
        echo "# $python"
        # in a root with an older libc than zoo.so was made for, tests/matrix does the visits
        start_victim "$python" || {
            assert_contains "$(ask "ctypes.CDLL('$BUILD/tests/zoo.so')" 2>&1)" GLIBC_
            continue
        }
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
        # in a root with an older libc than zoo.so was made for, tests/matrix does the visits
        start_victim "$python" || {
            assert_contains "$(ask "ctypes.CDLL('$BUILD/tests/zoo.so')" 2>&1)" GLIBC_
            continue
        }
        assert_answer 'zoo.zoo_start(None) > 40' True
        reimports "${REIMPORTS:-2}"
        zoo_unharmed
        ask 'zoo.zoo_end()' >/dev/null
        stop_target
        found=$((found + 1))
    done
    [ $found -gt 0 ] || fail "no interpreter was tested"
}
