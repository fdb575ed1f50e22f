# The record of what was done to a process: in the system log, and as an event for the audit hooks of
# the process itself, which may refuse.
load ../helpers

setup() {
    APP=$BATS_TEST_TMPDIR/app
    mkdir "$APP" "$BATS_TEST_TMPDIR/lib"
    echo 'def f(): return 1' >"$APP/shop.py"
}

change() {
    echo "def f(): return ${1:-2}" >"$APP/shop.py"
}

start_shop() {
    start_asker "$(default_python)" "$APP" "$BATS_TEST_TMPDIR/lib"
    ask 'import shop; held = shop.f'
}

# ---- the system log ----

# start_log KIND: a daemon. with_log COMMAND...: a command whose /dev/log it is, in a mount namespace
# of its own; without a daemon there is none.
start_log() {
    [ "$(id -u)" = 0 ] || impossible "a /dev of our own needs root"
    start_target -n log "$(default_python)" "$TESTS/targets/log.py" "$BATS_TEST_TMPDIR" "$1"
    use_target target
}
with_log() {
    [ "$(id -u)" = 0 ] || impossible "a /dev of our own needs root"
    # shellcheck disable=SC2016
    timeout -k 5 60 unshare -m sh -c 'mount -t tmpfs none /dev && mknod -m 666 /dev/null c 1 3 &&
        ln -s "$1" /dev/log && shift && exec "$@"' - "$BATS_TEST_TMPDIR/log" "$@"
}

# The next record, without its time stamp and the PID of the command.
record() {
    use_target log
    target_line || return
    sed -E 's/^(<[0-9]+>)[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} (reimport\[)[0-9]+\]/\1\2PID]/' <<<"$REPLY"
    use_target target
}

# Nothing was written since the last record.
assert_no_record() {
    local marker=marker$RANDOM
    "$(default_python)" -c 'if 1:
        import os, socket, sys
        os.chdir(sys.argv[1])
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(sys.argv[2].encode(), "log")' \
        "$BATS_TEST_TMPDIR" "$marker"
    assert_same "$marker" "$(record)"
}

# What every record says of who did it.
who() {
    local login
    login=$(cat /proc/self/loginuid 2>/dev/null || :)
    [ "$login" != 4294967295 ] || login=none
    echo "uid=$(id -u)${login:+ loginuid=$login}${SUDO_USER:+ sudo_user=\"$SUDO_USER\"}"
}

assert_record() { # OP RESULT MODULES
    local exe
    exe=$(readlink "/proc/$PID/exe")
    assert_same "<37>reimport[PID]: $(who) pid=$PID op=$1 result=$2 exe=\"$exe\" modules=\"$3\"" "$(record)"
}

@test "a reimport, and its undo, are in the system log: who, what and its result" {
    start_shop
    start_log datagram
    change
    SUDO_USER=ann with_log "$REIMPORT" --pid "$PID" shop
    assert_answer 'held()' 2
    SUDO_USER=ann assert_record reimport reimported shop
    with_log "$REIMPORT" --pid "$PID" --undo
    assert_record undo reimported shop
    change 3
    with_log "$REIMPORT" -q --pid "$PID" --modified "$APP"
    assert_record modified reimported shop
    assert_no_record
}

@test "a reimport that failed in the process is in the system log" {
    start_shop
    start_log datagram
    echo 'raise OSError("no")' >"$APP/shop.py"
    run -1 with_log "$REIMPORT" --pid "$PID" shop
    assert_record reimport failed shop
    assert_serving
}

@test "what only looked, found nothing to do or was refused is not in the system log, nor with --no-syslog" {
    start_shop
    start_log datagram
    with_log "$REIMPORT" --pid "$PID" --status
    with_log "$REIMPORT" --pid "$PID" --modified "$APP"
    run -3 with_log "$REIMPORT" --pid 4194304 shop
    change
    with_log "$REIMPORT" --pid "$PID" --dry-run shop
    with_log "$REIMPORT" --pid "$PID" --no-syslog shop
    assert_answer 'held()' 2
    assert_no_record
}

@test "names cannot forge a record" {
    start_shop
    start_log datagram
    run -1 with_log "$REIMPORT" --pid "$PID" $'a" result=reimported\n<0>\\x' 'ü'
    assert_record reimport failed 'a\\x22 result=reimported\\x0a<0>\\x5cx,\\xc3\\xbc'
    assert_no_record
}

@test "no system log: the reimport works, and --verbose says so" {
    start_shop
    change
    run -0 --separate-stderr with_log "$REIMPORT" --pid "$PID" shop
    assert_same "" "$stderr"
    change 3
    run -0 --separate-stderr with_log "$REIMPORT" --verbose --pid "$PID" shop
    assert_same "reimport: not written to the system log (/dev/log): No such file or directory" "$stderr"
    assert_answer 'held()' 3
}

@test "a system log that reads nothing: the reimport works, and --verbose says so" {
    start_shop
    start_log deaf
    change
    run -0 --separate-stderr with_log "$REIMPORT" --verbose --pid "$PID" shop
    assert_contains "$stderr" "not written to the system log"
    assert_answer 'held()' 2
}

@test "a system log that listens for a stream" {
    start_shop
    start_log stream
    change
    with_log "$REIMPORT" --pid "$PID" shop
    assert_record reimport reimported shop
}

# ---- the hooks of the process ----

# A hook that keeps the events, and raises when `hooks.refusing` is set.
hook_in() {
    cat >"$BATS_TEST_TMPDIR/lib/hooks.py" <<'END'
import sys
events, refusing = [], False
def hook(event, args):
    if event == "reimport.reimport":
        events.append(args)
        if refusing:
            raise PermissionError("not on my watch")
sys.addaudithook(hook)
END
    ask 'import hooks'
}

# The modules and what hangs on them: as asked before and after what was refused.
inside_state() {
    ask '[(k, id(v)) for k, v in sys.modules.items()]'
    ask '[(k, id(v)) for k, v in vars(shop).items()], held(), held.__code__.co_code'
}

refused_by_hook() { # ARG...: to the command
    local before
    before=$(inside_state)
    run -1 --separate-stderr reimport --json --pid "$PID" "$@"
    assert_same '["failed",false,"PermissionError","not on my watch"]' \
        "$(jq -c '[.result, .changed, .error.type, .error.message]' <<<"$output")"
    assert_same "$before" "$(inside_state)"
    assert_serving
}

@test "an audit hook hears what is to be reimported, and one that raises refuses it" {
    start_shop
    change
    hook_in
    ask 'hooks.refusing = True'
    refused_by_hook shop
    refused_by_hook --modified "$APP"
    assert_answer hooks.events "[(('shop',),), (('shop',),)]"
    ask 'hooks.refusing = False'
    reimport --pid "$PID" shop
    assert_answer 'held()' 2
    ask 'hooks.refusing = True'
    refused_by_hook --undo
    ask 'hooks.refusing = False'
    reimport --pid "$PID" --undo
    assert_answer 'held()' 1
    assert_answer 'set(hooks.events)' "{(('shop',),)}"
    assert_answer 'len(hooks.events)' 5
}

@test "an audit hook that lets a change be made, but not be taken back: the outcome is not known, and is said" {
    start_shop
    printf 'class A: pass\nclass B: pass\nclass C(A): pass\nclass D(A): pass\n' >"$APP/bases.py"
    cat >"$APP/hooks.py" <<'END'
import sys, bases
sets = 0
def hook(event, args):
    global sets
    if event == "object.__setattr__" and args[1] == "__bases__":
        sets += 1
        if sets > 1:
            raise PermissionError("not twice")
sys.addaudithook(hook)
END
    ask 'import hooks, bases'
    printf 'class A: pass\nclass B: pass\nclass C(B): pass\nclass D(B): pass\n' >"$APP/bases.py"
    run -5 --separate-stderr reimport --json --pid "$PID" bases
    assert_same '["unknown",true,"SystemError"]' "$(jq -c '[.result, .changed, .error.type]' <<<"$output")"
    [[ $(jq -r .error.message <<<"$output") = *"of C)"*"restart it"* ]] || fail "$output"
    assert_serving
}

@test "an audit hook hears nothing of what only looks" {
    start_shop
    change
    hook_in
    ask 'hooks.refusing = True'
    reimport --pid "$PID" --dry-run shop
    reimport --pid "$PID" --status
    assert_answer hooks.events '[]'
}

# ---- hooks written in Python: they let other threads run, wherever they are told something ----

# A hook that does, wherever it is told of a look at frames, what another thread may do meanwhile: the generators
# that there were are gone, there are others, and something else is where they were. hooks.late(): what it was told
# after the last time that all frames were asked for.
careless_hook_in() {
    cat >"$BATS_TEST_TMPDIR/lib/hooks.py" <<'END_HOOK'
import sys
events, suspended, others = [], [], []
def numbers():
    yield 1
    yield 2
def fill():
    del others[:]
    suspended[:] = [numbers() for _ in range(500)]
    for one in suspended:
        next(one)
def hook(event, args):
    events.append(event)
    if event in ("sys._current_frames", "object.__getattr__"):
        fill()
        others[:] = [b"\xff" * (size % 600) for size in range(20000)]
def late():
    at = max(at for at, event in enumerate(events) if event == "sys._current_frames")
    found = [event for event in events[at + 1:] if event == "object.__getattr__"]
    del events[:]
    return found
fill()
sys.addaudithook(hook)
END_HOOK
    ask 'import hooks'
}

# careless STALE ARG...: the command's; STALE is what it says is stale, or any.
careless() {
    local stale=$1
    shift
    run -0 --separate-stderr reimport --json --pid "$PID" "$@" || fail "$output $stderr" || return
    [ "$stale" = any ] ||
        assert_same "$stale" "$(jq -r '[.stale[]? | "\(.kind) \(.line)"] | sort | join(", ")' <<<"$output")" || return
    assert_answer 'hooks.late()' '[]'
}
generators() {
    printf 'def f(): return %s\ndef g():\n    yield 1\n\n    yield 2\nasync def c():\n    await later\n' "$1" >"$APP/shop.py"
}
in_careless_hands() { # PYTHON
    local lib=$BATS_TEST_TMPDIR/lib
    generators 1
    start_asker "$1" "$APP" "$lib"
    ask 'import shop; held = shop.f; g = shop.g(); next(g); next(g)' >/dev/null
    ask 'shop.later = type("Later", (), {"__await__": lambda self: iter([1])})(); c = shop.c(); c.send(None)' >/dev/null
    careless_hook_in
    generators 2
    sed -i 's/yield 1/yield 10/' "$APP/shop.py"
    careless '' --status || return
    careless 'generator 5' --dry-run --code-only shop || return
    careless 'coroutine 7, generator 5' shop || return
    assert_answer 'held()' 2 || return
    careless 'coroutine 7, generator 5' --status || return
    careless any --undo || return
    assert_answer 'held()' 1 || return
    careless 'generator 5' --code-only shop || return
    assert_answer 'held()' 2 || return
    assert_serving || return
    stop_target
    rm -rf "$APP/__pycache__"
}
@test "a hook that lets others run when it is told of a look at frames" {
    local python version
    for version in ${VERSIONS:-3.8 3.11 3.13 3.15}; do # each way that a frame is kept in
        python=$(find_python "$version") || continue
        echo "# $python"
        in_careless_hands "$python"
    done
}
