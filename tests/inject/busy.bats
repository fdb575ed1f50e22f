# bats file_tags=slow
# Targets that are hard to attach to: every reimport works, none does harm.
load ../helpers
load sweeps

N=${REIMPORTS:-15}
SPIN='def spin():
    x = 0
    while True:
        x = [str(i) for i in range(50)]'

is_traced() {
    [ "$(status_field TracerPid)" != 0 ]
}

# busy CODE...: the victim does all of that while it is reimported; then it is as well as before.
busy() {
    local code
    start_victim "$(default_python)"
    for code; do
        ask "$code" >/dev/null
    done
    reimports "$N"
    busy_unharmed
    assert_serving
}

# The victim's Python runs all the time: no thread of it sleeps but in the interpreter's own lock.
spin_in_python() {
    ask "exec('''$(sed ':a;N;$!ba;s/\n/\\n/g' <<<"$SPIN")''')"
    ask "threading.Thread(target=spin, daemon=True).start()"
}

@test "four threads allocate, one spins in Python, one loads libraries" {
    start_victim "$(default_python)"
    spin_in_python
    ask 'busy.busy_malloc(4)' >/dev/null
    ask "busy.busy_dlopen(b'libz.so.1')" >/dev/null
    reimports "$N"
    busy_unharmed
    assert_serving
}

@test "no thread ever sleeps: only a moment inside Python itself is safe" {
    start_victim "$(default_python)"
    ask 'import _thread, version; stop = []'
    write_version 2
    # the main thread spins too, and answers when it sees the new version
    ask_later 'exec("while version.first() == 1: sum(range(100))")'
    reimport --timeout 30 --pid "$PID" version
    answer
    assert_answer 'state()' '{2}'
}

@test "two threads fork all the time" {
    busy 'busy.busy_fork(2)'
}

@test "two threads vfork all the time" {
    busy 'busy.busy_fork(-2)'
}

@test "four threads create and end threads all the time" {
    busy 'busy.busy_threads(4)'
}

@test "a signal every millisecond, without SA_RESTART" {
    busy 'busy.busy_signals(1000, 0)'
}

@test "a signal every millisecond, with SA_RESTART, on an alternate stack" {
    busy 'busy.busy_altstack()' 'busy.busy_signals(1000, 0x10000000 | 0x08000000)'
}

@test "all registers are in use in a thread that is borrowed" {
    local tid before
    start_victim "$(default_python)"
    before=$(threads)
    ask 'busy.busy_registers()' >/dev/null
    tid=$(comm -13 <(sort <<<"$before") <(threads | sort))
    REIMPORT_TEST_TID=$tid "$VISIT" -n "${VISITS:-100}" -t 20000 "$PID"
    [[ $(ask 'busy.busy_report().decode()') =~ registers\ [1-9][0-9]*\ 0 ]]
    assert_serving
}

@test "a thread with a stack too small is left alone" {
    local tid before
    start_victim "$(default_python)"
    before=$(threads)
    ask 'busy.busy_small_stacks(1)' >/dev/null
    tid=$(comm -13 <(sort <<<"$before") <(threads | sort))
    run -1 env REIMPORT_TEST_TID="$tid" "$VISIT" -t 300 "$PID"
    assert_contains "$output" "status 4"
    reimports 3
}

@test "seccomp filters that refuse memfd_create() by an error, a signal or death: a clear refusal" {
    local before action
    for action in 0 1 2; do
        start_victim "$(default_python)"
        ask "busy.busy_seccomp($action)" >/dev/null
        before=$(victim_state)
        run -3 reimport --pid "$PID" version
        assert_contains "$output" memfd_create
        assert_same "$before" "$(victim_state)"
        assert_serving
        stop_target
    done
}

@test "a seccomp filter that allows what is needed is no obstacle" {
    start_victim "$(default_python)"
    ask 'busy.busy_seccomp(3)' >/dev/null
    reimports 3
    assert_serving
}

@test "a command under the same seccomp filters may not read them, and need not" {
    start_victim "$(default_python)"
    ask 'busy.busy_seccomp(3)' >/dev/null
    ask 'import subprocess'
    write_version 2
    assert_answer "subprocess.call(['$REIMPORT', '--quiet', '--pid', str(os.getpid()), 'version'])" 0
    assert_serving
}

@test "another thread is in the middle of loading a library, and stays there" {
    local before
    start_victim "$(default_python)"
    ask "busy.busy_dlopen(b'$BUILD/tests/slow.so')" >/dev/null
    wait_for grep -q slow.so "/proc/$PID/maps"
    before=$(victim_state)
    run -4 reimport --timeout 0.5 --pid "$PID" version
    assert_contains "$output" "loading a library"
    assert_same "$before" "$(victim_state)"
    assert_serving
}

@test "traced by strace: refused, by name" {
    need strace
    start_victim "$(default_python)"
    strace -f -o /dev/null -p "$PID" 2>/dev/null 3>&- &
    wait_for is_traced
    run -3 reimport --pid "$PID" version
    assert_contains "$output" strace
    kill $!
    wait $! || :
    assert_serving
}
