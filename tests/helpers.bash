# shellcheck shell=bash disable=SC2034
# Loaded by every test file: `load ../helpers`. Starts targets, asks them, looks at them from
# outside. Nothing here waits for a fixed time: every wait ends with what it waits for, or fails
# after PATIENCE seconds.

bats_require_minimum_version 1.8.0

TESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
PROJECT=$(dirname "$TESTS")
BUILD=${BUILD:-$PROJECT/build}
REIMPORT=${REIMPORT:-$BUILD/reimport}
PATIENCE=${PATIENCE:-30}
export BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:-120}
export NO_COLOR=1 LC_ALL=C.UTF-8
unset PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONDONTWRITEBYTECODE PYTHONUNBUFFERED

# shellcheck source=tests/cache.bash
. "$TESTS/cache.bash"
# shellcheck source=tests/pythons.bash
. "$TESTS/pythons.bash"

# ---- saying why ----

# fail MESSAGE...: ends the test, at the latest in checks_held.
fail() { # with EXPECTING set, by who looks for a failure, it is not one
    printf '%s\n' "$*" >&2
    [ -n "${EXPECTING:-}" ] || echo "$*" >>"$BATS_TEST_TMPDIR/failed"
    return 1
}

# The last line of every teardown. In a function that is called with ||, bash goes on after a check that
# fails; the test fails all the same.
checks_held() {
    [ ! -s "$BATS_TEST_TMPDIR/failed" ] || { echo "failed before: $(<"$BATS_TEST_TMPDIR/failed")" >&2 && return 1; }
}

# run: that of bats, whose -N is such a check, too. What the command itself says of a failure is its output.
eval "bats_$(declare -f run)"
run() {
    EXPECTING=1 bats_run "$@" || fail "not the exit status of: run $*"
}

# missing REASON: skips the test for something that this machine does not have; with STRICT=1 that is
# a failure. impossible REASON: skips it for something that no machine like this one could have.
missing() {
    if [ "${STRICT:-}" = 1 ]; then
        echo "missing: $*" >&2
        exit 1
    fi
    skip "$*"
}
impossible() {
    skip "$*"
}

# need COMMAND...: `missing` unless all are there.
need() {
    local cmd
    for cmd; do
        command -v "$cmd" >/dev/null || missing "$cmd is not installed"
    done
}

# wait_for COMMAND...: until it succeeds.
wait_for() {
    local deadline=$((SECONDS + PATIENCE))
    until "$@"; do
        [ $SECONDS -lt $deadline ] || fail "waited in vain for: $*" || return
        pause 0.02
    done
}

# pause SECONDS: sleep without a process: a read from a pipe into which nobody writes.
pause() {
    local pipe=$BATS_FILE_TMPDIR/pause
    if [ -z "${PAUSE_FD:-}" ]; then
        [ -p "$pipe" ] || mkfifo "$pipe"
        exec {PAUSE_FD}<>"$pipe"
    fi
    read -rt "$1" <&"$PAUSE_FD" || :
}

# ---- the command ----

# reimport ARG...: the command, bounded.
reimport() {
    timeout -k 5 60 "$REIMPORT" "$@"
}

# ---- targets ----

declare -gA TARGET_PID TARGET_IN TARGET_OUT TARGET_LOG TARGET_JOB
TARGET= # name of the target that the functions below use when none is given

# start_target [-n NAME] PROGRAM [ARG]...: starts PROGRAM with a pipe on its standard input and output
# and waits until it has written the line "ready". Its standard error goes to ${TARGET_LOG[NAME]}.
# Afterwards $PID is its PID, as seen from here. It becomes the current target.
start_target() {
    local name=target pipes in out
    if [ "$1" = -n ]; then
        name=$2
        shift 2
    fi
    STARTED=$((${STARTED:-0} + 1))
    pipes=$BATS_TEST_TMPDIR/.$name.$BASHPID.$STARTED
    mkfifo "$pipes.in" "$pipes.out"
    # both ends, so that opening does not block
    exec {in}<>"$pipes.in" {out}<>"$pipes.out"
    TARGET_IN[$name]=$in TARGET_OUT[$name]=$out
    TARGET_LOG[$name]=$pipes.log
    (
        for fd in "${TARGET_IN[@]}" "${TARGET_OUT[@]}" ${PAUSE_FD:+"$PAUSE_FD"}; do
            exec {fd}>&-
        done
        exec "$@"
    ) <"$pipes.in" >"$pipes.out" 2>"$pipes.log" 3>&- &
    TARGET_JOB[$name]=$!
    TARGET=$name
    TARGET_PID[$name]=$!
    target_line || fail "$1 did not start: $(cat "$pipes.log")" || return
    [ "$REPLY" = ready ] || fail "$1 said: $REPLY" || return
    _innermost "$!"
    PID=$REPLY
    TARGET_PID[$name]=$PID
}

# start_asker [-n NAME] PYTHON [DIR]...: tests/targets/ask.py, with DIRs on its sys.path.
start_asker() {
    local options=()
    if [ "$1" = -n ]; then
        options=(-n "$2")
        shift 2
    fi
    local python=$1
    shift
    start_target "${options[@]}" "$python" "$TESTS/targets/ask.py" "$@"
}

# Sets REPLY to the PID of a program behind tests/in-root, which is unshare's only child; otherwise to PID
# itself.
_innermost() {
    local comm
    REPLY=$1
    while read -r comm <"/proc/$REPLY/comm" && [ "$comm" = unshare ]; do
        REPLY=$(pgrep -P "$REPLY") || return
    done
}

# target_line: sets REPLY to the next line that the current target writes.
target_line() {
    local line='' part deadline=$((SECONDS + PATIENCE))
    # what a read had when its time was over is part of the line
    until IFS= read -rt 1 part <&"${TARGET_OUT[$TARGET]}"; do
        line+=$part
        kill -0 "${TARGET_PID[$TARGET]}" 2>/dev/null || fail "the target is gone" || return
        [ $SECONDS -lt $deadline ] || fail "the target does not answer" || return
    done
    REPLY=$line$part
}

# use_target NAME: makes it the current one.
use_target() {
    TARGET=$1
    PID=${TARGET_PID[$1]}
}

# ask CODE: lets the current target, an asker, evaluate one line. Prints the repr of an expression,
# nothing for statements. An exception is printed and fails.
ask() {
    ask_later "$1" && answer
}

# ask_later CODE: does not wait for the answer; answer: reads it.
ask_later() {
    ASKED=$1
    printf '%s\n' "$1" >&"${TARGET_IN[$TARGET]}"
}
answer() {
    read_answer || return
    [ -z "$REPLY" ] || printf '%s\n' "$REPLY"
}

# Sets REPLY to the repr.
read_answer() {
    target_line || return
    [[ $REPLY == "= "* ]] || fail "${ASKED:-} -> $REPLY" || return
    REPLY=${REPLY#= }
}

# assert_answer CODE REPR: asks, and compares.
assert_answer() {
    ask_later "$1" && read_answer || return
    [ "$REPLY" = "$2" ] || fail "$1: expected $2, got $REPLY"
}

# stop_target [NAME]: kills it and waits until it is gone.
stop_target() {
    local name=${1:-"$TARGET"} fd
    [ -n "${TARGET_JOB[$name]:-}" ] || return 0
    kill -KILL "${TARGET_PID[$name]}" "${TARGET_JOB[$name]}" 2>/dev/null || :
    wait "${TARGET_JOB[$name]}" 2>/dev/null || :
    fd=${TARGET_IN[$name]}
    exec {fd}>&-
    fd=${TARGET_OUT[$name]}
    exec {fd}>&-
    unset "TARGET_JOB[$name]" "TARGET_PID[$name]" "TARGET_IN[$name]" "TARGET_OUT[$name]"
}

stop_targets() {
    local name
    for name in "${!TARGET_JOB[@]}"; do
        stop_target "$name"
    done
}

# A file that needs more calls both in its own.
teardown() {
    stop_targets
    checks_held
}

# ---- looking from outside; PID defaults to the current target's ----

status_field() { # status_field FIELD [PID]
    local text
    IFS= read -rd '' text <"/proc/${2:-$PID}/status" || : # all of it: such a file has no NUL
    if [[ $'\n'$text =~ $'\n'"$1:"[[:space:]]*([^$'\n']*) ]]; then printf '%s\n' "${BASH_REMATCH[1]}"; fi
}
fds() { # one line a descriptor: number and what it is
    find "/proc/${1:-$PID}/fd" -mindepth 1 -printf '%f %l\n' | sort -n
}
threads() { # one thread ID a line
    local dir
    for dir in "/proc/${1:-$PID}/task/"*; do
        echo "${dir##*/}"
    done
}
thread_count() {
    local dirs=("/proc/${1:-$PID}/task/"*)
    echo "${#dirs[@]}"
}
maps_count() {
    wc -l <"/proc/${1:-$PID}/maps"
}
mapped_files() { # permissions and path of every mapping with a name
    awk 'NF >= 6 { p = $2; $1 = $2 = $3 = $4 = $5 = ""; print p $0 }' "/proc/${1:-$PID}/maps" |
        grep -vE '\[(heap|stack|anon[^]]*)\]$' | sort
}
signal_masks() { # of every thread
    grep -hE '^Sig(Blk|Ign|Cgt)' "/proc/${1:-$PID}/task/"*/status
}
module_names() { # of the current target, an asker
    ask '",".join(sorted(sys.modules))'
}

# What a reimport must leave as it was, in one text to compare. Mappings without a name are not in
# it: the heap makes and joins them as it likes; assert_no_growth bounds their number.
outside_state() {
    echo "# descriptors" && fds "$@"
    echo "# threads" && thread_count "$@"
    echo "# mappings" && mapped_files "$@"
    echo "# signals" && signal_masks "$@"
}

# ---- assertions ----

# Alive, not traced, not stopped; asks nothing of it.
assert_unharmed() {
    local pid=${1:-$PID} dir
    [ -d "/proc/$pid" ] || fail "$pid is gone" || return
    for dir in "/proc/$pid/task/"*; do
        _assert_thread_unharmed "$dir" || return
    done
}

# A thread may end meanwhile: then it is soon gone, and its process is not.
_has_ended() {
    local pid=${1%/task/*}
    [ "${1##*/}" != "${pid##*/}" ] && wait_for test ! -e "$1" && [ -d "$pid" ]
}

_assert_thread_unharmed() {
    local text=
    { IFS= read -rd '' text <"$1/status"; } 2>/dev/null || : # all of it: such a file has no NUL
    if [[ $text =~ TracerPid:.([0-9]+) && ${BASH_REMATCH[1]} != 0 ]]; then
        fail "$1 is traced"
    elif [[ $text =~ State:.X ]] && _has_ended "$1"; then
        :
    elif [[ $text =~ State:.([tTZX][^$'\n']*) ]]; then
        fail "$1 is in state ${BASH_REMATCH[1]}"
    fi
}

# The current target, an asker, is unharmed and answers.
assert_serving() {
    assert_unharmed "$PID" || return
    assert_answer '6 * 7' 42
}

# assert_same BEFORE AFTER: two texts; prints the difference.
assert_same() {
    [ "$1" = "$2" ] || { diff <(printf '%s\n' "$1") <(printf '%s\n' "$2") >&2 || :; fail "differs"; }
}

# assert_no_growth COUNT: the current target has hardly more mappings than COUNT (maps_count). For
# after many reimports: less than what one mapping for each of them would be, or for each tenth.
assert_no_growth() {
    local now
    now=$(maps_count)
    [ "$now" -le $(($1 + 4)) ] || fail "$now mappings, there were $1"
}

# assert_contains TEXT PART
assert_contains() {
    [[ $1 == *"$2"* ]] || fail "no '$2' in: $1"
}
