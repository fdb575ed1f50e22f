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
