# Two commands at once on one process: one works, the other waits for its turn, or says who is at work;
# never both inside.
load ../helpers

# start_app PYTHON: an asker with a module that notes when its top level begins and ends, and waits in
# between for as long as `gate` is closed.
start_app() {
    APP=$BATS_TEST_TMPDIR/app
    mkdir "$APP"
    cat >"$APP/log.py" <<'END'
import threading
events, inside, most = [], 0, 0
gate = threading.Event()
gate.set()
END
    write_work 1
    start_asker "$1" "$APP"
    ask 'import log, work; held = work.f'
}
write_work() { # VERSION
    cat >"$APP/work.py.new" <<END
import log, time
log.inside += 1
log.most = max(log.most, log.inside)
log.events.append("begin")
time.sleep(0.002)
log.gate.wait()
log.inside -= 1
log.events.append("end")
def f():
    return $1
END
    mv "$APP/work.py.new" "$APP/work.py"
}
begun() { # COUNT: that many top levels have begun, the first import among them
    [ "$(ask 'log.events.count("begin")')" = "$1" ]
}

# in_background NAME COMMAND...: its output, errors and exit status go to files of that name.
in_background() {
    local name=$BATS_TEST_TMPDIR/$1
    shift
    (
        code=0
        "$@" >"$name.out" 2>"$name.err" || code=$?
        echo $code >"$name.code"
    ) 3>&- &
    eval "JOB_${name##*/}=$!"
}
# ended NAME STATUS: waits for it.
ended() {
    local job=JOB_$1 name=$BATS_TEST_TMPDIR/$1
    wait "${!job}"
    [ "$(cat "$name.code")" = "$2" ] || fail "$1: exit status $(cat "$name.code"): $(cat "$name.out" "$name.err")"
}

# The command with a /proc of its own, so that it meets no lock on that of the others.
apart() {
    # shellcheck disable=SC2016
    timeout -k 5 60 unshare -m sh -c 'mount -t proc proc /proc && exec "$@"' - "$REIMPORT" "$@"
}

# together COUNT COMMAND...: two of them at once, COUNT times. Each changes what it finds.
together() {
    local count=$1 i
    shift
    ask 'del log.events[2:]'
    for ((i = 1; i <= count; i++)); do
        write_work $((i + 1))
        in_background one "$@" --json --timeout 30 --pid "$PID" work
        in_background two "$@" --json --timeout 30 --pid "$PID" work
        ended one 0
        ended two 0
        assert_same reimported "$(jq -r .result "$BATS_TEST_TMPDIR/one.out")"
        assert_same reimported "$(jq -r .result "$BATS_TEST_TMPDIR/two.out")"
        assert_answer 'held(), work.f is held' "($((i + 1)), True)"
    done
    assert_answer 'log.most, log.inside' '(1, 0)'
    assert_answer 'log.events' "$(ask "['begin', 'end'] * $((2 * count + 1))")"
    assert_serving
}

@test "two at once, ten times: both work, one after the other" {
    start_app "$(default_python)"
    together 10 reimport
}

@test "two at once that do not see each other's locks: both work, one after the other" {
    [ "$(id -u)" = 0 ] || impossible "a /proc of one's own needs root"
    start_app "$(default_python)"
    local before
    together 1 apart
    before=$(outside_state)
    together 10 apart
    assert_same "$before" "$(outside_state)"
}

@test "one waits for the other, and works when that has ended" {
    start_app "$(default_python)"
    ask 'log.gate.clear()' >/dev/null
    write_work 2
    in_background one reimport --timeout 30 --pid "$PID" work
    wait_for begun 2
    in_background two reimport --timeout 30 --pid "$PID" work
    in_background three reimport --timeout 0.3 --pid "$PID" work
    ended three 4
    assert_contains "$(cat "$BATS_TEST_TMPDIR/three.err")" "another reimport, process "
    assert_contains "$(cat "$BATS_TEST_TMPDIR/three.err")" " (reimport), is at work on it; nothing was changed; run this again"
    begun 2
    ask 'log.gate.set()' >/dev/null
    ended one 0
    ended two 0
    assert_answer 'held(), log.most, len(log.events)' '(2, 1, 6)'
    assert_serving
}

@test "one that does not see the other's lock is told by the process, or by the agent, who is at work" {
    [ "$(id -u)" = 0 ] || impossible "a /proc of one's own needs root"
    start_app "$(default_python)"
    ask 'log.gate.clear()' >/dev/null
    in_background one reimport --timeout 30 --pid "$PID" work
    wait_for begun 2
    in_background two apart --timeout 0.3 --pid "$PID" work
    ended two 4
    assert_contains "$(cat "$BATS_TEST_TMPDIR/two.err")" "still at work in it; nothing was changed"
    ask 'log.gate.set()' >/dev/null
    ended one 0
    assert_answer 'log.most, len(log.events)' '(1, 4)'
    assert_serving
}

@test "a reimport that the program itself does: the command waits for it, or says which thread is at work" {
    start_app "$(default_python)"
    ask "sys.path.append('$BUILD'); import reimport, threading"
    ask 'log.gate.clear()' >/dev/null
    write_work 2
    ask 'own = threading.Thread(target=reimport.reimport, args=("work",)); own.start()'
    wait_for begun 2
    run -4 --separate-stderr reimport --timeout 0.5 --pid "$PID" work
    assert_contains "$stderr" "another reimport is at work in this process (thread $(ask 'own.ident'))"
    in_background two reimport --timeout 30 --pid "$PID" work
    ask 'log.gate.set()' >/dev/null
    ended two 0
    ask 'own.join()' >/dev/null
    assert_answer 'held(), log.most, len(log.events)' '(2, 1, 6)'
    assert_serving
}

@test "another command that holds a thread this moment is waited for" {
    start_app "$(default_python)"
    local target=$PID
    start_target -n tracer "$(default_python)" "$TESTS/targets/tracer.py" reimport "$target"
    write_work 2
    use_target target
    in_background late reimport --timeout 0.3 --pid "$PID" work
    ended late 4
    assert_contains "$(cat "$BATS_TEST_TMPDIR/late.err")" \
        "another reimport, process ${TARGET_PID[tracer]} (reimport), is at work on it; nothing was changed"
    in_background patient reimport --timeout 30 --pid "$PID" work
    wait_for grep -qsx reimport /proc/[0-9]*/comm
    sleep 0.3
    echo >&"${TARGET_IN[tracer]}"
    ended patient 0
    assert_answer 'held()' 2
    assert_serving
}

@test "another tracer that comes between looking and attaching is named" {
    start_app "$(default_python)"
    ask 'import threading; t = threading.Thread(target=threading.Event().wait, daemon=True); t.start()'
    # looked at by a name that is waited for, then found under its own
    start_target -n tracer "$(default_python)" "$TESTS/targets/tracer.py" reimport "$PID"
    use_target target
    in_background one reimport --timeout 30 --pid "$PID" work
    sleep 0.2
    echo debugger >&"${TARGET_IN[tracer]}"
    ended one 3
    assert_contains "$(cat "$BATS_TEST_TMPDIR/one.err")" \
        "already traced: process ${TARGET_PID[tracer]} (debugger) is attached to it; run this again when that is over"
    assert_answer 'len(log.events)' 2
}
