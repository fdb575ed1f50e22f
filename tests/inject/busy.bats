# bats file_tags=slow
# Targets that are hard to attach to: every reimport works, none does harm.
load ../helpers
load sweeps

N=${REIMPORTS:-5}
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

@test "all registers of AVX-512 are in use in a thread that is borrowed" {
    local tid
    start_victim "$(default_python)"
    ask "wide = ctypes.CDLL('$BUILD/tests/wide.so')"
    tid=$(ask 'wide.wide_start()')
    [ "$tid" != 0 ] || impossible "this processor has none"
    REIMPORT_TEST_TID=$tid "$VISIT" -n "${VISITS:-30}" -t 20000 "$PID"
    assert_answer 'wide.wide_rounds() > 0, wide.wide_bad()' '(True, 0)'
    assert_serving
}

@test "queued signals all the time: none is lost, doubled or changed, and no call fails by itself" {
    local i report
    start_victim "$(default_python)"
    ask "signals = ctypes.CDLL('$BUILD/tests/signals.so'); signals.signals_stop.restype = ctypes.c_char_p"
    assert_answer 'signals.signals_start()' 0
    for i in 0 1; do
        REIMPORT_TEST_TID=$(ask "signals.signals_tid($i)") "$VISIT" -n "${VISITS:-30}" -p 1000 -t 20000 "$PID"
    done
    reimports "$N"
    report=$(ask 'signals.signals_stop().decode()')
    [[ $report =~ sent\ ([1-9][0-9]+)\ received\ ([0-9]+)\ bad\ 0\ spurious\ 0 ]] || fail "$report"
    [ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[2]}" ] || fail "$report"
    count "signals $report"
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

# As of a list of what is allowed: to skip a system call is to make one that there is not.
@test "seccomp filters that refuse what is not a system call are no obstacle" {
    local action
    for action in 0 1 2; do
        start_victim "$(default_python)"
        ask "busy.busy_seccomp_unknown($action)" >/dev/null
        reimports 3
        assert_serving
        stop_target
    done
}

@test "a seccomp filter of one thread only: another is borrowed, or a clear refusal" {
    local before
    start_victim "$(default_python)"
    ask 'gate = threading.Lock(); gate.acquire(); here = lambda: (busy.busy_seccomp_here(), gate.acquire())'
    ask 'one = threading.Thread(target=here); one.start()' >/dev/null
    before=$(victim_state)
    run -1 env REIMPORT_TEST_TID="$(ask 'one.native_id')" "$VISIT" -t 2000 "$PID"
    assert_contains "$output" "status 3: a seccomp filter keeps it from memfd_create()"
    assert_same "$before" "$(victim_state)"
    reimports 3
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

# traced_by NAME COMMAND...: refused, by that name, and nothing is changed by it.
traced_by() {
    local name=$1
    shift
    start_victim "$(default_python)"
    "$@" -p "$PID" >/dev/null 2>&1 3>&- &
    wait_for is_traced
    run -3 reimport --pid "$PID" version
    assert_contains "$output" "already traced"
    assert_contains "$output" "($name)"
    kill $!
    wait $! || :
    reimports 1
    stop_target
}

@test "traced by strace, or by gdb, running or stopped: refused, by name" {
    need strace gdb
    traced_by strace strace -f -o /dev/null
    traced_by gdb gdb -q -nx -batch -ex continue
    traced_by gdb gdb -q -nx -batch -ex 'shell exec tail --pid=$PPID -f /dev/null'
}
