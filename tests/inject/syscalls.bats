# bats file_tags=slow
# Every system call of the command fails in turn: its exit status is right, it says why, the target is
# as before, and the next reimport works.
load ../helpers
load sweeps
load syscalls

@test "system calls of the command that fail" {
    need strace
    start_victim "$(default_python)"
    # shellcheck disable=SC2086 # several
    fail_calls "${STRIDE:-15}" ${ERRORS:-EIO} | tee "$BATS_TEST_TMPDIR/counts"
    [[ $(tail -n 1 "$BATS_TEST_TMPDIR/counts") == "failing calls "* ]]
    count "$(tail -n 1 "$BATS_TEST_TMPDIR/counts")"
}
