# The harness itself, so that a test that passes means something.
load ../helpers

@test "every interpreter found starts, says its version, and answers" {
    local python count=0
    while read -r python; do
        start_asker "$python"
        assert_answer '"%d.%d" % sys.version_info[:2]' "'$(python_version "$python")'"
        assert_serving
        stop_target
        count=$((count + 1))
    done < <(pythons)
    [ "$count" -gt 0 ] || fail "no interpreter"
}

@test "an interpreter in a root has other namespaces and another libc" {
    local python
    python=$(pythons | grep -m1 @) || missing "no root file system (make roots)"
    start_asker "$python" "$BATS_TEST_TMPDIR"
    [ "$(readlink "/proc/$PID/ns/mnt")" != "$(readlink /proc/self/ns/mnt)" ]
    [ "$(readlink "/proc/$PID/ns/pid")" != "$(readlink /proc/self/ns/pid)" ]
    [ "$(ask 'os.confstr("CS_GNU_LIBC_VERSION")')" != "'$(getconf GNU_LIBC_VERSION)'" ]
    assert_answer 'os.getpid()' 1
    assert_answer 'os.path.realpath(sys.path[0])' "'$(realpath "$BATS_TEST_TMPDIR")'"
}

@test "two targets at once; each answers for itself" {
    local python
    python=$(default_python)
    start_asker -n one "$python"
    ask 'x = 1'
    start_asker -n two "$python"
    ask 'x = 2'
    use_target one
    assert_answer x 1
    assert_answer 'os.getpid()' "$PID"
    use_target two
    assert_answer x 2
}

@test "an exception in a question is seen" {
    start_asker "$(default_python)"
    run -1 ask '1 / 0'
    assert_contains "$output" ZeroDivisionError
    assert_serving
}

@test "a target that dies is seen, at once" {
    start_asker "$(default_python)"
    run -1 ask 'os._exit(3)'
    assert_contains "$output" "gone"
    run -1 assert_unharmed
}

@test "a target that does not start is seen" {
    run -1 start_target false
    assert_contains "$output" "did not start"
}

@test "a stopped target is not unharmed" {
    start_asker "$(default_python)"
    kill -STOP "$PID"
    wait_for grep -q '^State:.T' "/proc/$PID/status"
    run -1 assert_unharmed
    kill -CONT "$PID"
}

@test "a leaked descriptor, thread or mapping shows in the outside state" {
    start_asker "$(default_python)"
    local before
    before=$(outside_state)
    assert_same "$before" "$(outside_state)"
    ask 'os.dup(0)' >/dev/null
    run -1 assert_same "$before" "$(outside_state)"
    ask 'os.close(3)' >/dev/null
    assert_same "$before" "$(outside_state)"
    ask 'import _thread; lock = _thread.allocate_lock(); lock.acquire(); _thread.start_new_thread(lock.acquire, ())'
    run -1 assert_same "$before" "$(outside_state)"
}

# unheeded: a check in it fails, and it goes on.
unheeded() {
    assert_same 1 2
    run -3 false
    echo "went on"
}

@test "a check that fails where bash goes on is seen at the end" {
    unheeded || return
    [ "$(wc -l <"$BATS_TEST_TMPDIR/failed")" -gt 1 ]
    run -1 checks_held
    rm "$BATS_TEST_TMPDIR/failed"
    checks_held
}
