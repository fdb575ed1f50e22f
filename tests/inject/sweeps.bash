# shellcheck shell=bash
# Sweeps over what can go wrong while a process is attached to. The .bats files of this directory run
# them short, tests/soak runs them long. After `load ../helpers`.

VISIT=$BUILD/tests/visit
HOOKS=$BUILD/tests/reimport-hooks

# count TEXT: a sweep's result; shown by make soak.
count() {
    if [ -n "${SOAK:-}" ]; then echo "# $*" >&3; else echo "$*"; fi
}

# progress N TEXT: every hundredth of a long sweep is shown, so that one that was interrupted has told how far
# it came.
progress() {
    [ -z "${SOAK:-}" ] || [ $(($1 % 100)) != 0 ] || count "so far: $2 $1"
}

# a module in two versions, all of whose parts must be of the same one
write_version() { # write_version N
    printf 'def first():\n    return %d\n\n\nclass Thing:\n    def second(self):\n        return %d\n\n\nLAST = %d\n' \
        "$1" "$1" "$1" >"$APP/version.py.new"
    mv "$APP/version.py.new" "$APP/version.py"
}

# start_victim [NAME=VALUE]... PYTHON: an asker with the module loaded, things of it held elsewhere, and the test
# libraries at hand as `zoo` and `busy`.
start_victim() {
    APP=$BATS_TEST_TMPDIR/app
    mkdir -p "$APP"
    write_version 1
    start_target env "$@" "$TESTS/targets/ask.py" "$APP" || return
    ask 'import ctypes, threading, time, version' || return
    ask "zoo = ctypes.CDLL('$BUILD/tests/zoo.so'); busy = ctypes.CDLL('$BUILD/tests/busy.so')" || return
    ask 'zoo.zoo_report.restype = zoo.zoo_names.restype = busy.busy_report.restype = ctypes.c_char_p' || return
    ask 'held = [version.first, version.Thing()]' || return
    ask 'def state(): return {held[0](), held[1].second(), version.first(), version.Thing().second(), version.LAST}'
}

# start_victim_if_new PYTHON: false in a root with an older libc than zoo.so was made for, where tests/matrix does
# the visits.
start_victim_if_new() {
    EXPECTING=1 start_victim "$1" && return
    assert_contains "$(EXPECTING=1 ask "ctypes.CDLL('$BUILD/tests/zoo.so')" 2>&1)" GLIBC_
    return 1
}

# The version that the victim is in: fails unless all of it is in the same one.
victim_version() {
    _victim_version && echo "$REPLY"
}

# Sets REPLY to that.
_victim_version() {
    ask_later 'state()' && read_answer || return
    [[ $REPLY =~ ^\{([0-9]+)\}$ ]] || fail "half done: $REPLY" || return
    REPLY=${BASH_REMATCH[1]}
}

# What may not change from one visit to the next.
victim_state() {
    outside_state && module_names
}

# agent_inside: an agent of ours is there; settled: none is (that of a killed command leaves by itself).
agent_inside() {
    local file comm
    for file in "/proc/$PID/task/"*/comm; do
        if { read -r comm <"$file"; } 2>/dev/null && [ "$comm" = reimport-agent ]; then return 0; fi
    done
    return 1
}
settled() {
    ! agent_inside
}

# reimports COUNT: that many in a row, each of which must be seen.
reimports() {
    local i report version
    _victim_version || return
    version=$REPLY
    for ((i = 1; i <= $1; i++)); do
        version=$((version % 2 + 1))
        write_version $version
        report=$(reimport --json --timeout 30 --pid "$PID" version) ||
            fail "reimport $i: exit status $?: $report" || return
        _victim_version || return
        [ "$REPLY" = $version ] || fail "reimport $i is not seen: $report" || return
        progress $i reimports
    done
    assert_unharmed || return
    count "reimports $1 failed 0"
}

# zoo_unharmed: no call failed or ended early.
zoo_unharmed() {
    local report
    report=$(ask 'zoo.zoo_report().decode()') || return
    [ "$(grep -o ' bad ' <<<"${report//\\n/$'\n'}" | wc -l)" -gt 40 ] || fail "$report" || return
    ! grep -v ' bad 0 ' <<<"${report//\\n/$'\n'}" | grep ' bad ' || fail "calls were disturbed"
}

busy_unharmed() {
    local report
    report=$(ask 'busy.busy_report().decode()') || return
    ! grep -vE ' 0$|^.?$' <<<"$(tr -d "'" <<<"${report//\\n/$'\n'}")" || fail "$report"
}

# What is a matter of the C library, not of Python: one interpreter outside of the roots, and one inside of
# each; of one of them, if this is not the long run.
pythons_by_libc() {
    default_python
    pythons | awk -F@ -v most="${SOAK:+99}" 'NF > 1 && !seen[$2]++ && n++ < (most ? most : 1)'
}

# outside_tid TID: the ID, outside of the target's PID namespace, of the thread with that ID in it.
outside_tid() {
    grep -lsE "^NSpid:(.*[[:space:]])?$1\$" "/proc/$PID/task/"*/status | sed 's,.*/task/,,; s,/status,,'
}

# offer THREAD COUNT MS: a thread, given by an expression whose value is its ID in the target, is offered to that
# many visits, and no other one; each takes so long at most.
offer() {
    local tid
    tid=$(ask "$1")
    tid=$(outside_tid "$tid")
    [ -n "$tid" ] || fail "no such thread"
    run env REIMPORT_TEST_TID="$tid" "$VISIT" -n "$2" -t "$3" "$PID"
}
left_alone() {
    offer "$1" 3 150
    [ "$status" = 1 ] || fail "$1: borrowed: $output"
    assert_contains "$output" "no thread of it came to a moment"
}
borrowed() {
    offer "$1" 3 20000
    [ "$status" = 0 ] || fail "$1: $output"
}

# each_call COUNT: that many visits to a thread in each kind of call, one kind after the other.
each_call() {
    local name tid line
    assert_answer 'zoo.zoo_start(None) > 40' True || return
    for name in $(ask 'zoo.zoo_names().decode()' | tr -d "'"); do
        tid=$(ask "zoo.zoo_tid(b'$name')") && tid=$(outside_tid "$tid") || return
        case $name in
        mutex_lock | futex_relative | msgrcv | semop | semtimedop | flock)
            # Never borrowed. Only one that wakes up now and then is stopped and looked at.
            REIMPORT_TEST_TID=$tid "$VISIT" -n 1 -t 100 "$PID" 2>/dev/null && fail "$name was borrowed"
            ;;
        *)
            line=$(REIMPORT_TEST_TID=$tid "$VISIT" -n "$1" -p 5000 -t 20000 "$PID" 2>&1) ||
                fail "$name: $line" || return
            ;;
        esac
    done
    zoo_unharmed && assert_unharmed && ask 'zoo.zoo_end()' >/dev/null || return
    count "visits to a thread in each kind of system call: $1, disturbed 0"
}

# killed_at STEP: the command, killed at that step of holding a thread; true if it was.
killed_at() {
    local code=0
    # in a shell of its own, which is not asked what became of it
    (REIMPORT_TEST_DIE_AT=$1 REIMPORT_TEST_HELLO_MS=50 \
        timeout 60 "$HOOKS" --quiet --pid "$PID" version >"$BATS_TEST_TMPDIR/killed" 2>&1) \
        2>/dev/null || code=$?
    case $code in
    137) return 0 ;;
    0) return 1 ;;
    *) fail "step $1: exit status $code: $(cat "$BATS_TEST_TMPDIR/killed")" || exit 1 ;;
    esac
}

# kill_at_every_stop STRIDE: kills the command at each step in turn. 
kill_at_every_stop() {
    local step=1 kills=0
    write_version 2
    while killed_at $step; do
        kills=$((kills + 1))
        assert_unharmed || return
        _victim_version || return
        [ "$REPLY" = 1 ] || fail "killed at step $step, and changed" || return
        wait_for settled || return
        step=$((step + $1))
    done
    [ $kills -gt 20 ] || [ "$1" -gt 1 ] || fail "only $kills steps" || return
    [ "$(victim_version)" = 2 ] || fail "the last one was not killed, and nothing changed" || return
    count "kills $kills dead 0 hung 0 half-done 0"
}

# time_of_life: sets REPLY to how long the command takes here, in microseconds.
time_of_life() {
    local began
    _victim_version || return
    write_version $((REPLY % 2 + 1))
    began=${EPOCHREALTIME/./}
    REIMPORT_TEST_HELLO_MS=50 "$HOOKS" --quiet --pid "$PID" version || return
    REPLY=$((${EPOCHREALTIME/./} - began))
}

# kill_at_random COUNT: kills the command at random instants of its life, or just after it.
kill_at_random() {
    local i before after job life new=0
    time_of_life || return
    life=$((REPLY * 5 / 4))
    for ((i = 1; i <= $1; i++)); do
        _victim_version || return
        before=$REPLY
        write_version $((before % 2 + 1))
        REIMPORT_TEST_HELLO_MS=50 "$HOOKS" --quiet --pid "$PID" version >/dev/null 2>&1 3>&- &
        job=$!
        after=$(((RANDOM << 15 | RANDOM) % life))
        printf -v after '%d.%06d' $((after / 1000000)) $((after % 1000000))
        pause "$after"
        kill -KILL $job 2>/dev/null || :
        wait $job 2>/dev/null || :
        assert_unharmed || return
        wait_for settled || return
        _victim_version || return
        [ "$REPLY" = "$before" ] || new=$((new + 1))
        progress $i kills
    done
    count "kills $1 dead 0 hung 0 half-done 0 committed $new"
}
