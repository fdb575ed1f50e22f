# The command ends before its time, in every phase of a reimport: by a signal, with its terminal, or when
# its time is over. The target is as before, and nothing comes of it later. And it has nowhere to write to.
# bats file_tags=slow
load ../helpers
load sweeps

# ---- phases: enter_* lets a command that is started then get no further than that; in_* is true once it
# is there; leave_* lets it go on ----

mem_is_open() { # COMMAND
    fds "$1" 2>/dev/null | grep " /proc/$PID/mem$" >/dev/null
}
make_gate() {
    GATE=$BATS_TEST_TMPDIR/gate
    [ -p "$GATE" ] || mkfifo "$GATE"
    exec {gate}<>"$GATE"
    ask "gate = os.open('$GATE', os.O_RDONLY | os.O_NONBLOCK); os.set_blocking(gate, True); buffer = ctypes.create_string_buffer(1)"
}
open_gate() {
    echo >&"$gate"
    exec {gate}>&-
}

# another command is at work
enter_turn() {
    exec {mem}<>"/proc/$PID/mem"
    flock --exclusive "$mem"
}
in_turn() { mem_is_open "$1"; }
leave_turn() { exec {mem}>&-; }

# no moment is safe: a library is being loaded
enter_moment() {
    make_gate
    ask "os.environ['SLOW_GATE'] = '$GATE'; busy.busy_dlopen_once(b'$BUILD/tests/slow.so')" >/dev/null
    wait_for grep -q slow.so "/proc/$PID/maps"
}
in_moment() { mem_is_open "$1"; }
leave_moment() { open_gate; }

# C code holds the GIL
enter_gil() {
    make_gate
    ask_later 'ctypes.PyDLL(None).read(gate, buffer, 1)'
}
in_gil() { agent_inside; }
leave_gil() {
    open_gate
    assert_same 1 "$(answer)"
}

# another thread imports the module, and never ends
enter_import_lock() {
    ask 'lock = sys.modules["_frozen_importlib"]._ModuleLock("version"); sys.modules["_frozen_importlib"]._module_locks["version"] = lambda: lock'
    ask 'done = threading.Event(); hold = lambda: (lock.acquire(), done.wait(), lock.release())'
    ask 'holder = threading.Thread(target=hold); holder.start()'
    assert_answer 'lock.owner == holder.ident' True
}
in_import_lock() { agent_inside; }
leave_import_lock() {
    ask 'done.set(); holder.join(); del sys.modules["_frozen_importlib"]._module_locks["version"]'
}

# the new top level waits in C, where nothing can interrupt it
enter_top_level() {
    make_gate
    ask 'version.gate = sys.gate = gate'
    # shellcheck disable=SC2016
    printf 'import os, sys\nopen(%s, "w").close()\nos.read(sys.gate, 1)\n' "'$BATS_TEST_TMPDIR/begun'" >>"$APP/version.py"
}
in_top_level() { [ -e "$BATS_TEST_TMPDIR/begun" ]; }
leave_top_level() {
    open_gate
    rm "$BATS_TEST_TMPDIR/begun"
}

# ---- what ends the command ----

start_command() { # OPTION...
    # a background job of a shell ignores SIGINT and SIGQUIT
    env --default-signal=INT,QUIT "$REIMPORT" --timeout 60 "$@" --pid "$PID" version \
        >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    COMMAND=$!
}

# ended STATUS: of the command.
ended() {
    local status=0
    wait "$COMMAND" 2>/dev/null || status=$?
    [ "$status" = "$1" ] || fail "exit status $status: $(cat "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/err")"
}

# as_before PHASE: after the command has gone. Nothing of what it wanted has taken effect, nor does it when
# the obstacle is gone; the next one works.
as_before() {
    assert_unharmed || return
    "leave_$1" || return
    wait_for settled || return
    assert_answer 'state()' '{1}' || return
    write_version 2
    reimport --quiet --pid "$PID" version || return
    assert_answer 'state()' '{2}' || return
    write_version 1
    reimport --quiet --pid "$PID" version
}

# each_signal PHASE: a new target for each phase, the signals one after the other.
each_signal() {
    local signal
    start_victim "$(default_python)"
    for signal in INT TERM HUP QUIT KILL; do
        write_version 2
        "enter_$1"
        start_command
        wait_for "in_$1" "$COMMAND"
        kill "-$signal" "$COMMAND"
        if [ $signal = KILL ]; then
            ended 137
        else
            ended 4
            assert_contains "$(cat "$BATS_TEST_TMPDIR/err")" "nothing was changed"
        fi
        as_before "$1" || fail "$1 $signal"
    done
}

# out_of_time PHASE TEXT
out_of_time() {
    local began
    start_victim "$(default_python)"
    write_version 2
    "enter_$1"
    began=$SECONDS
    start_command --timeout 0.5
    ended 4
    assert_contains "$(cat "$BATS_TEST_TMPDIR/err")" "$2"
    # bounded; how much later on a busy machine, nobody can tell
    [ $((SECONDS - began)) -lt 10 ]
    as_before "$1"
}

@test "a signal that is ignored stays ignored" {
    local signal
    start_victim "$(default_python)"
    write_version 2
    enter_top_level
    env --ignore-signal=INT,TERM,HUP,QUIT "$REIMPORT" --quiet --timeout 60 --pid "$PID" version 3>&- &
    COMMAND=$!
    wait_for in_top_level
    for signal in INT TERM HUP QUIT; do
        kill "-$signal" "$COMMAND"
        pause 0.05
    done
    leave_top_level
    ended 0
    assert_answer 'state()' '{2}'
}

@test "a signal while another command is at work" { each_signal turn; }
@test "a signal while no moment is safe" { each_signal moment; }
@test "a signal while C code holds the GIL" { each_signal gil; }
@test "a signal while another thread imports the module" { each_signal import_lock; }
@test "a signal while the new top level runs" { each_signal top_level; }

@test "the time is over while another command is at work" { out_of_time turn "another reimport"; }
@test "the time is over while no moment is safe" { out_of_time moment "loading a library"; }
@test "the time is over while C code holds the GIL" { out_of_time gil "nothing was changed"; }
@test "the time is over while another thread imports the module" { out_of_time import_lock "another thread is importing"; }
@test "the time is over while the new top level runs" { out_of_time top_level "nothing was changed"; }

@test "the terminal goes away" {
    local terminal
    start_victim "$(default_python)"
    write_version 2
    enter_top_level
    # the command is the leader of a session with a terminal of its own, which ends with script(1)
    script -qfec "exec '$REIMPORT' --timeout 60 --pid $PID version" /dev/null </dev/null >/dev/null 2>&1 3>&- &
    terminal=$!
    wait_for in_top_level
    COMMAND=$(pgrep -P "$terminal")
    kill -KILL "$terminal"
    wait "$terminal" 2>/dev/null || :
    wait_for gone "$COMMAND"
    as_before top_level
}
gone() { ! [ -d "/proc/$1" ] || [[ $(status_field State "$1") == Z* ]]; }

# the signal comes at any instant: either nothing was changed, or all was, and the exit status says which
@test "a signal at random instants" {
    local i before after signals=(INT TERM HUP QUIT) withdrawn=0
    start_victim "$(default_python)"
    for ((i = 0; i < ${KILLS:-20}; i++)); do
        before=$(victim_version)
        write_version $((before % 2 + 1))
        start_command
        sleep "0.$(printf '%05d' $((RANDOM % 3000)))"
        kill "-${signals[i % 4]}" "$COMMAND" 2>/dev/null || :
        status=0
        wait "$COMMAND" || status=$?
        assert_unharmed
        after=$(victim_version)
        case $status in
        0) [ "$after" != "$before" ] ;;
        4) [ "$after" = "$before" ] ;;
        130 | 143 | 129 | 131) [ "$after" = "$before" ] ;; # before it could be caught
        *) fail "exit status $status: $(cat "$BATS_TEST_TMPDIR/err")" ;;
        esac || fail "$before, $after: exit status $status: $(cat "$BATS_TEST_TMPDIR/err")"
        [ $status = 0 ] || withdrawn=$((withdrawn + 1))
    done
    wait_for settled
    reimports 2
    count "signals $i dead 0 hung 0 half-done 0 withdrawn $withdrawn"
}

# stands COMMAND N: strace has stopped it for the Nth time.
stands() {
    [ "$(grep -c 'stopped by SIGSTOP' "$BATS_TEST_TMPDIR/trace")" = "$2" ] && [ "$(status_field State "$1")" = "t (tracing stop)" ]
}

@test "the agent reads while the request is taken back" {
    local tracer command status=0
    need strace
    start_victim "$(default_python)"
    write_version 2
    # it stands after each of the first two messages that it has received
    strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace=recvfrom -e inject=recvfrom:signal=SIGSTOP:when=1..2 \
        "$REIMPORT" --timeout 5 --pid "$PID" version 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    tracer=$!
    wait_for pgrep -x -P "$tracer" reimport >/dev/null # strace first has a child that it tries things on
    command=$(pgrep -x -P "$tracer" reimport)
    wait_for stands "$command" 1
    kill -STOP "$PID" # before there is a request
    kill -TERM "$command"
    kill -CONT "$command"
    wait_for stands "$command" 2 # it has taken the request back, and not yet the permit
    kill -CONT "$PID"
    wait_for settled # the agent has got the permit
    kill -CONT "$command"
    wait_for gone "$command"
    wait "$tracer" || status=$?
    assert_same 4 $status
    assert_contains "$(cat "$BATS_TEST_TMPDIR/err")" "interrupted; nothing was changed"
    assert_unharmed
    reimports 1
}

# ---- nowhere to write to ----

# unheard COMMAND...: runs it, which reimports and cannot say so; what was done stays done.
unheard() {
    local new
    new=$(($(victim_version) % 2 + 1))
    write_version $new
    run "$@"
    [ "$status" = 5 ] || fail "exit status $status: $output"
    assert_contains "$output" "what was done stays done"
    [ "$(victim_version)" = $new ]
    assert_serving
}

@test "standard output is closed, full, on a full disk, or a pipe that nobody reads" {
    local disk=$BATS_TEST_TMPDIR/disk
    start_victim "$(default_python)"
    # shellcheck disable=SC2016
    {
        unheard bash -c '"$0" --pid "$1" version >&-' "$REIMPORT" "$PID"
        unheard bash -c '"$0" --pid "$1" version >/dev/full' "$REIMPORT" "$PID"
        unheard bash -c 'exec 4> >(:); wait $!; "$0" --json --pid "$1" version >&4' "$REIMPORT" "$PID"
        if [ "$(id -u)" = 0 ]; then
            mkdir "$disk"
            unheard unshare --mount bash -c 'mount -t tmpfs -o size=4k tmpfs "$2"; ! cat /dev/zero >"$2/all" 2>/dev/null
                "$0" --verbose --json --pid "$1" version >"$2/report"' "$REIMPORT" "$PID" "$disk"
        fi
        # with nothing to say there is nothing to fail
        write_version $(($(victim_version) % 2 + 1))
        run -0 bash -c '"$0" --quiet --pid "$1" version >&- 2>&- <&-' "$REIMPORT" "$PID"
    }
    reimports 1
}
