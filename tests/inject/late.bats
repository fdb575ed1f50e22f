# The command comes too late for its agent, which has left: the numbers of its descriptors are the program's
# by then, and nothing happens to what has them.
load ../helpers
load sweeps

@test "connections of the program that have the numbers of the agent's socket" {
    local i status met=0
    need strace
    start_victim "$(default_python)"
    ask 'import socket; broken = []; go_on = True'
    ask 'exec("def pairs():\n while go_on:\n  some = [socket.socketpair() for i in range(9)]\n  time.sleep(0.01)\n  try:\n   for a, b in some:\n    a.send(b\"x\"); b.recv(1) == b\"x\" or broken.append(1)\n  except OSError as e: broken.append(e)\n  for a, b in some: a.close(); b.close()\n  time.sleep(0.005)")'
    ask 'threads = [threading.Thread(target=pairs) for i in range(4)]; [t.start() for t in threads]'
    for ((i = 0; i < 10; i++)); do
        status=0
        REIMPORT_TEST_HELLO_MS=0 strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace=pidfd_getfd \
            -e inject=pidfd_getfd:delay_enter=20000 \
            "$HOOKS" --timeout 5 --pid "$PID" version 2>"$BATS_TEST_TMPDIR/err" || status=$?
        [ $status = 4 ] || fail "exit status $status: $(cat "$BATS_TEST_TMPDIR/err")"
        ! grep -q "was replaced" "$BATS_TEST_TMPDIR/err" || met=$((met + 1))
    done
    ask 'go_on = False; [t.join() for t in threads]'
    assert_answer 'broken' '[]'
    [ $met -gt 0 ] # else nothing was shown
    assert_unharmed
    reimports 1
}

@test "a command that is held up before each of its ptrace calls in turn" {
    local n status made=0
    need strace
    start_victim "$(default_python)"
    for ((n = 1; n <= 40; n += ${STRIDE:-3})); do
        write_version $((n % 2 + 1))
        status=0
        strace -f -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=ptrace -e "inject=ptrace:delay_enter=150000:when=$n" \
            "$REIMPORT" --quiet --timeout 10 --pid "$PID" version 2>"$BATS_TEST_TMPDIR/err" || status=$?
        grep -q DELAYED "$BATS_TEST_TMPDIR/trace" || break
        made=$((made + 1))
        [ $status = 0 ] || { [ $status = 4 ] && grep -q "nothing was changed" "$BATS_TEST_TMPDIR/err"; } ||
            fail "held up before ptrace call $n: exit status $status: $(cat "$BATS_TEST_TMPDIR/err")"
        assert_unharmed
        PATIENCE=5 wait_for settled
    done
    [ $made -gt 3 ]
    reimports 2
    count "held up $made times dead 0 hung 0"
}
