# Processes that cannot be attached to: status 3, one line that says the PID, why, and what to do
# next; and they are as before.
load ../helpers

# refused PID TEXT: by a command without other arguments than a module.
refused() {
    run -3 --separate-stderr reimport --pid "$1" m
    [ -z "$output" ] || fail "on standard output: $output"
    [ "${#stderr_lines[@]}" = 1 ] || fail "not one line: $stderr"
    [[ $stderr == "reimport: PID $1: "*"; "* ]] || fail "$stderr"
    assert_contains "$stderr" "$2"
}

need_root() {
    [ "$(id -u)" = 0 ] || impossible "needs root"
}

# A copy of the command where every user can run it.
shared_copy() {
    SHARED=$(mktemp -d /tmp/reimport.XXXXXX)
    chmod 755 "$SHARED"
    cp "$REIMPORT" "$SHARED/reimport"
}

teardown() {
    stop_targets
    [ -z "${HELPER:-}" ] || kill -KILL "$HELPER" 2>/dev/null || :
    [ -z "${SHARED:-}" ] || rm -rf "$SHARED"
    checks_held
}

# as_nobody COMMAND...
as_nobody() {
    setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

# sleep, or what is given, in the background; its PID is $HELPER.
helper() {
    "${@:-sleep}" ${1:+} 600 3>&- >/dev/null 2>&1 &
    HELPER=$!
}

state_is() { # PID STATE
    [[ $(status_field State "$1") == "$2"* ]]
}

@test "no such process" {
    helper
    kill -KILL "$HELPER"
    wait "$HELPER" || :
    refused "$HELPER" "no such process"
    refused 4194304 "no such process"
    HELPER=
}

@test "a thread: its process is named" {
    start_asker "$(default_python)"
    ask 'import threading; e = threading.Event(); threading.Thread(target=e.wait, daemon=True).start()'
    local thread
    thread=$(threads | grep -vx "$PID")
    refused "$thread" "a thread, not a process: it belongs to process $PID ("
    assert_contains "$stderr" "give --pid $PID"
    assert_serving
}

@test "a kernel thread" {
    grep -qsx kthreadd /proc/2/comm || impossible "no kernel thread is visible here"
    refused 2 "a kernel thread (kthreadd)"
}

@test "this command itself" {
    run -3 --separate-stderr bash -c 'exec "$0" --pid $$ m' "$REIMPORT"
    assert_contains "$stderr" "this command itself; give the PID of a Python process"
}

@test "a zombie: its parent is named" {
    start_asker "$(default_python)"
    local child
    child=$(ask 'os.fork() or os._exit(0)')
    wait_for state_is "$child" Z
    refused "$child" "a zombie"
    assert_contains "$stderr" "process $PID ("
    assert_serving
}

@test "a process whose main thread has ended" {
    start_target "$(default_python)" -c '
import ctypes, os, threading, time
t = threading.Thread(target=time.sleep, args=(600,), daemon=True)
t.start()
os.write(1, b"ready\n")
ctypes.CDLL(None).pthread_exit(None)'
    wait_for state_is "$PID" Z
    refused "$PID" "its main thread has ended"
}

@test "not Python" {
    helper
    wait_for grep -qx sleep "/proc/$HELPER/comm"
    refused "$HELPER" "not a Python process"
    assert_unharmed "$HELPER"
}

@test "PyPy" {
    need pypy3
    start_asker pypy3
    refused "$PID" "PyPy"
    assert_serving
}

@test "Python 2" {
    local python
    python=$(find_python 2.7) || impossible "no Python 2 on this machine, and Debian has none"
    start_asker "$python"
    refused "$PID" "2.7"
    assert_serving
}

@test "Python 3.7 and older" {
    local version python
    for version in 3.7 3.6; do
        python=$(find_python $version) || impossible "no Python $version on this machine, and Debian has none"
        start_asker "$python"
        refused "$PID" "$version"
        assert_serving
        stop_target
    done
}

@test "a 32-bit process" {
    need gcc
    local program=$BATS_TEST_TMPDIR/program
    printf '.globl _start\n_start: mov $29, %%eax\nint $0x80\njmp _start\n' | # pause()
        gcc -m32 -nostdlib -static -no-pie -x assembler -o "$program" -
    "$program" 3>&- &
    HELPER=$!
    EXPECTING=1 wait_for grep -qx program "/proc/$HELPER/comm" || impossible "the kernel runs no 32-bit programs"
    refused "$HELPER" "a 32-bit process (program)"
    assert_unharmed "$HELPER"
}

@test "already traced: the tracer is named" {
    need strace
    start_asker "$(default_python)"
    strace -qq -p "$PID" -o /dev/null 3>&- &
    HELPER=$!
    is_traced() { [ "$(status_field TracerPid)" != 0 ]; }
    wait_for is_traced
    refused "$PID" "already traced: process $HELPER (strace)"
    kill -TERM "$HELPER"
    wait "$HELPER" || :
    assert_serving
}

@test "a stopped process stays stopped" {
    start_asker "$(default_python)"
    kill -STOP "$PID"
    wait_for state_is "$PID" T
    refused "$PID" "stopped ("
    assert_contains "$stderr" "kill -CONT $PID"
    state_is "$PID" T
    kill -CONT "$PID"
    wait_for state_is "$PID" S
    assert_serving
}

@test "another user's process" {
    need_root
    shared_copy
    start_asker "$(default_python)"
    run -3 --separate-stderr as_nobody "$SHARED/reimport" --pid "$PID" m
    assert_contains "$stderr" "PID $PID: not permitted: the process belongs to user 0 and you are user 65534; run this as root (sudo)"
    assert_serving
}

@test "root without CAP_SYS_PTRACE, as in a container" {
    need_root
    # the program as an argument: another user need not be able to read this directory
    start_target setpriv --reuid 65534 --regid 65534 --clear-groups "$(default_python)" -c "$(<"$TESTS/targets/ask.py")"
    run -3 --separate-stderr setpriv --bounding-set -sys_ptrace "$REIMPORT" --pid "$PID" m
    assert_contains "$stderr" "root lacks CAP_SYS_PTRACE here"
    assert_contains "$stderr" "--cap-add=SYS_PTRACE"
    assert_serving
}

@test "root of a user namespace, on a process outside" {
    need_root
    unshare --user --map-root-user true || impossible "no user namespaces here"
    start_asker "$(default_python)"
    run -3 --separate-stderr unshare --user --map-root-user "$REIMPORT" --pid "$PID" m
    assert_contains "$stderr" "CAP_SYS_PTRACE of this user namespace does not reach that process"
    assert_serving
}

@test "the same user's process with more capabilities" {
    need_root
    shared_copy
    helper setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps +net_admin \
        --ambient-caps +net_admin sleep
    wait_for grep -qx sleep "/proc/$HELPER/comm"
    run -3 --separate-stderr as_nobody "$SHARED/reimport" --pid "$HELPER" m
    assert_contains "$stderr" "has capabilities that you lack"
}

@test "the same user's process that is not dumpable" {
    need_root
    shared_copy
    start_target setpriv --reuid 65534 --regid 65534 --clear-groups "$(default_python)" -c '
import ctypes, os, time
PR_SET_DUMPABLE = 4
ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0)
os.write(1, b"ready\n")
time.sleep(600)'
    run -3 --separate-stderr as_nobody "$SHARED/reimport" --pid "$PID" m
    assert_contains "$stderr" "not dumpable"
}

@test "JSON has every key for a process that is not there" {
    run -3 --separate-stderr reimport --json --pid 4194304 m
    jq -e '.pid == 4194304 and .python == null and .result == "unattachable" and .changed == false
        and .modules == [] and .stale == []
        and .references == {"switched": 0, "removed": 0, "left": []}
        and (.times_ms | keys == ["gil_wait", "import", "pause", "stopped", "total"])
        and .error.type == "ProcessLookupError" and .error.traceback == null' <<<"$output"
    assert_contains "$stderr" "no such process"
}

@test "of several processes, each is reported, once" {
    helper
    wait_for grep -qx sleep "/proc/$HELPER/comm"
    run -3 --separate-stderr reimport -j -p "4194304,$HELPER" -p 4194303 -p 4194304 m
    assert_same "4194304 $HELPER 4194303" "$(jq -s -r 'map(.pid | tostring) | join(" ")' <<<"$output")"
    [ "${#stderr_lines[@]}" = 3 ]
}

@test "a process cannot steer the terminal by its name" {
    start_asker "$(default_python)"
    ask 'open("/proc/self/comm", "w").write("\033[31mred\n")'
    kill -STOP "$PID"
    wait_for state_is "$PID" T
    run -3 --separate-stderr reimport --pid "$PID" m
    [[ $stderr != *$'\033'* ]] || fail "escape: $stderr"
    [ "${#stderr_lines[@]}" = 1 ]
    assert_contains "$stderr" 'stopped (\x1b[31mred'
    kill -CONT "$PID"
}
