# Processes that work against the command. Whatever they do, it ends in time with one of its own exit
# statuses, and nothing of theirs reaches the terminal as it is.
load ../helpers
load sweeps

HOSTILE=$'\e[31m\a\u009b2J\u202e' # what no terminal may get

# clean TEXT: no control character but line feeds and tabs, nothing that reorders text, valid UTF-8.
clean() {
    printf '%s' "$1" | /usr/bin/python3 -c '
import re, sys
text = sys.stdin.buffer.read().decode()
bad = re.findall("[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]", text)
sys.exit(f"{bad} in {text!r}" if bad else 0)' || fail "not clean"
}

# shown STATUS TEXT ARGUMENT...: the command ends so in time, and both what it writes for a person and
# what it writes for a script is clean.
shown() {
    local expected=$1 text=$2
    shift 2
    run "-$expected" --separate-stderr reimport "$@"
    clean "$output$stderr"
    assert_contains "$output$stderr" "$text"
    run "-$expected" --separate-stderr reimport --json "$@"
    clean "$stderr"
    [[ $output =~ ^[\ -~]+$ ]] || fail "not one line of printable ASCII: $output"
    jq -e .result <<<"$output" >/dev/null
}

@test "names with control characters: of the process, its threads, modules, functions, in exceptions" {
    start_victim "$(default_python)"
    ask "evil = b'$(printf '%s' "$HOSTILE" | od -An -v -tx1 | tr -d '\n' | sed 's/ /\\x/g')'.decode()"
    ask 'ctypes.CDLL(None).prctl(15, evil.encode())'
    ask 'import sys, types; sys.modules["a_module\a"] = types.ModuleType("a_module\a")'
    shown 1 "did you mean" --pid "$PID" a_module
    # a thread with such a name in a function with such a name
    ask 'code = version.first.__code__; go = threading.Event()'
    ask 'version.wait = types.FunctionType(go.wait.__func__.__code__.replace(co_name="wait" + evil, co_filename="/" + evil), {"__name__": "version"})'
    ask 'threading.Thread(target=version.wait, args=(go,), name="thread" + evil, daemon=True).start()'
    write_version 2
    shown 0 "1 module reimported" --verbose --pid "$PID" version
    shown 0 "" --status --verbose --pid "$PID"
    # a callback that raises, and an import that does
    printf 'def __reimported__(old):\n    raise ValueError(%s)\n' "'x' + '$(printf '%s' "$HOSTILE")'" >>"$APP/version.py"
    shown 0 "raised" --verbose --pid "$PID" version
    printf 'raise type("E%s", (Exception,), {})("%s")\n' "$HOSTILE" "$HOSTILE" >>"$APP/version.py"
    shown 1 "Traceback" --pid "$PID" version
    printf 'def (%s\n' "$HOSTILE" >"$APP/version.py"
    shown 1 "SyntaxError" --pid "$PID" version
    kill -STOP "$PID"
    wait_for state_is T
    shown 3 "stopped" --pid "$PID" version
    kill -CONT "$PID"
    assert_serving
}

state_is() {
    [[ $(status_field State) == "$1"* ]]
}

@test "a program whose file has control characters in its name" {
    local file=$BATS_TEST_TMPDIR/fake$HOSTILE$'\n'x
    cp "$BUILD/tests/fakepy" "$file"
    start_target "$file" 0
    grep -qF '\012x' "/proc/$PID/maps"
    shown 3 "not initialised" --pid "$PID" version
    rm "$file"
    shown 3 "not initialised" --pid "$PID" version
    assert_answer '' 0
}

# lies KIND STATUS TEXT: of tests/targets/liar.c.
lies() {
    start_target "$BUILD/tests/liar" "$1"
    SECONDS=0
    shown "$2" "$3" --timeout 3 --pid "$PID" version
    [ $SECONDS -lt 30 ] || fail "$1 took $SECONDS s"
    assert_unharmed
    stop_target
}

@test "tables in memory that tell lies" {
    lies loop 3 "not initialised"
    lies many 3 "a search in them does not end"
    lies sizes 3 "its memory cannot be read"
    lies segments 3 "no module in it exports the Python API"
    lies outside 3 "it has no dlopen()"
    lies stuck 4 "nothing was changed"
    lies unread 3 "it has no libc"
    lies unmapped 3 "no module in it exports the Python API"
}

# stolen KIND COUNT: so many commands against tests/targets/thief.c.
stolen() {
    local turn statuses=
    start_victim "$(default_python)"
    ask "thief = ctypes.CDLL('$BUILD/tests/thief.so')"
    assert_answer "thief.thief_start(b'$1')" 0
    for ((turn = 1; turn <= $2; turn++)); do
        write_version $((turn % 2 + 1))
        run --separate-stderr reimport --json --timeout 2 --pid "$PID" version
        [ "$status" -le 5 ] || fail "$1: exit status $status: $output $stderr"
        clean "$stderr"
        [[ $output =~ ^[\ -~]+$ ]] || fail "not one line of printable ASCII: $output"
        statuses+=" $status"
        assert_unharmed
    done
    count "$1: $2 commands ended with$statuses"
    assert_serving
    stop_target
}

@test "the process closes the agent's descriptors" {
    stolen close "${REIMPORTS:-3}"
}

@test "it replaces them" {
    stolen swap "${REIMPORTS:-3}"
}

@test "it sends nonsense through them" {
    stolen babble "${REIMPORTS:-3}"
}

@test "it answers in the agent's place" {
    stolen answer "${REIMPORTS:-3}"
}

@test "it takes what is sent through them" {
    stolen listen "${REIMPORTS:-3}"
}

# A program that closes what it does not know, and opens files of its own in their place.
start_closer() {
    rm -f "$BATS_TEST_TMPDIR/begun"
    start_victim "$1"
    ask 'import socket'
    ask 'exec("def close_all():\n os.closerange(3, 1024)\n global pairs\n pairs = [socket.socketpair() for i in range(9)]\n for a, b in pairs: a.send(b\"a\"); b.send(b\"b\")")'
    ask 'received = lambda: {(b.recv(9999), a.recv(9999)) for a, b in pairs}'
    write_version 2
}
begun() { [ -e "$BATS_TEST_TMPDIR/begun" ]; }

# Its connections have carried what it sent, and nothing else, and are open.
assert_connections() {
    wait_for settled
    assert_answer 'received()' "{(b'a', b'b')}"
    ask '[(a.setblocking(False), b.setblocking(False), a.send(b"x"), b.send(b"y")) for a, b in pairs]' >/dev/null
    assert_answer 'received()' "{(b'x', b'y')}"
    ask '[s.close() for pair in pairs for s in pair]' >/dev/null
    [ "$(fds)" = "$(fds | head -n 3)" ] || fail "$(fds)"
}

closes_during_import() {
    local job
    start_closer "$1"
    printf 'import time\nopen("%s", "w").close()\nfor i in range(2000): time.sleep(0.01)\n' \
        "$BATS_TEST_TMPDIR/begun" >>"$APP/version.py"
    reimport --json --timeout 20 --pid "$PID" version >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    job=$!
    wait_for begun
    ask 'close_all()'
    SECONDS=0 status=0
    wait $job || status=$?
    [ $status = 4 ] || fail "exit status $status: $(cat "$BATS_TEST_TMPDIR"/{out,err})"
    [ $SECONDS -lt 10 ] || fail "it waited for what cannot come: $SECONDS s"
    assert_contains "$(<"$BATS_TEST_TMPDIR/err")" "PID $PID: its program closed the agent's descriptor; nothing was changed"
    assert_same '"timeout" false' "$(jq -r '"\"\(.result)\" \(.changed)"' "$BATS_TEST_TMPDIR/out")"
    assert_connections
    [ "$(victim_version)" = 1 ]
    reimports 1
    stop_target
}

@test "it closes all descriptors while the new top level runs: its own new ones are not touched" {
    local python
    for python in $(some_pythons); do
        echo "# $python"
        closes_during_import "$python"
    done
}

# While the agent waits for room for its answer, which is long, and which the command does not read.
closes_after_commit() {
    local job
    start_closer "$1"
    ask 'sys.gate, sys.go_on = os.pipe()'
    printf 'import os, sys\nopen("%s", "w").close()\nos.read(sys.gate, 1)\n' "$BATS_TEST_TMPDIR/begun" >>"$APP/version.py"
    seq -f "def f%04g_$(printf '%0250d' 0)(): pass" 3000 >>"$APP/version.py"
    "$REIMPORT" --json --timeout 20 --pid "$PID" version >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    job=$!
    wait_for begun
    kill -STOP $job
    ask 'os.write(sys.go_on, b"x")' >/dev/null
    wait_for is_version 2
    ask 'close_all()'
    kill -CONT $job
    SECONDS=0 status=0
    wait $job || status=$?
    [ $status = 5 ] || fail "exit status $status: $(cat "$BATS_TEST_TMPDIR"/{out,err})"
    [ $SECONDS -lt 10 ] || fail "it waited for what cannot come: $SECONDS s"
    assert_contains "$(<"$BATS_TEST_TMPDIR/err")" "process $PID has begun to change, and its program closed the agent's descriptor"
    assert_same unknown "$(jq -r .result "$BATS_TEST_TMPDIR/out")"
    assert_connections
    [ "$(victim_version)" = 2 ]
    run -0 reimport --status --pid "$PID"
    assert_contains "$output" version
    reimports 1
    stop_target
}
is_version() { [ "$(EXPECTING=1 ask 'version.LAST')" = "$1" ]; }

@test "it closes them after the commit: the outcome is not known, and its own new ones are not touched" {
    local python
    for python in $(some_pythons); do
        echo "# $python"
        closes_after_commit "$python"
    done
}
