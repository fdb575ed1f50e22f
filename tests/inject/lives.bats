# Processes that are visited at any instant of a short life, from the first instruction of the program to its
# last: while it is loaded, while Python is initialised, runs, finalizes, and while the process exits.
# bats file_tags=slow
load ../helpers
load sweeps

# live PYTHON: one life, with reimports all along it. Each ends as it should, and so does the life. Counts
# the exit statuses in $seen.
live() {
    local out=$BATS_TEST_TMPDIR/life job pid code=0
    "$1" "$TESTS/targets/life.py" "$APP" >"$out" 2>"$out.err" 3>&- &
    job=$!
    pid=$job
    # in a root the program is a child, which is there a little later
    [[ $1 != *@* ]] || wait_for is_inside $job
    [[ $1 != *@* ]] || pid=$(pgrep -P $job)
    while kill -0 $job 2>/dev/null; do
        status=0
        timeout -k 5 60 "$REIMPORT" --json --timeout 10 --pid "$pid" version >"$out.report" 2>&1 || status=$?
        case $status in
        0) version=$((version % 2 + 1)) && write_version $version ;;
        # a module that is not loaded yet; not Python yet, or not any more; the time was over; gone in the middle
        1 | 3 | 4 | 5) ;;
        *) fail "exit status $status: $(cat "$out.report")" || return ;;
        esac
        seen[status]=$((${seen[status]:-0} + 1))
        sleep "0.00$((RANDOM % 10))"
    done
    wait $job || code=$?
    [ $code = 7 ] && [ "$(cat "$out")" = "began
ended" ] && [ ! -s "$out.err" ] || fail "exit status $code of the life: $(cat "$out" "$out.err" "$out.report")"
}
is_inside() { [ "$(cat "/proc/$1/comm")" = unshare ] && pgrep -P "$1" >/dev/null; }

# lives COUNT: of each interpreter.
lives() {
    local python i seen=() version=1 total=0
    APP=$BATS_TEST_TMPDIR/app
    mkdir "$APP"
    write_version 1
    for python in $(pythons); do
        echo "# $python"
        for ((i = 0; i < $1; i++)); do
            live "$python" || return
            total=$((total + 1))
        done
    done
    [ "${seen[0]:-0}" -gt 0 ] || fail "nothing was ever reimported"
    count "lives $total died early 0 hung 0; reimported ${seen[0]}, refused $((${seen[1]:-0} + ${seen[3]:-0})), out of time $((${seen[4]:-0})), ended meanwhile $((${seen[5]:-0}))"
}

@test "visited all its life, every version" {
    lives "${LIVES:-2}"
}

# ends_meanwhile PYTHON: the main thread comes to its end while the new top level runs, and lets others run.
ends_meanwhile() {
    local command code=0
    write_version 1
    rm -f "$BATS_TEST_TMPDIR/begun"
    start_target "$1" -c '
import os, sys
sys.path.insert(0, sys.argv[1])
import version
os.write(1, b"ready\n")
os.read(0, 1)
sys.exit(7)' "$APP"
    printf 'import time\nopen("%s", "w").close()\nwhile True: time.sleep(0.001)\n' "$BATS_TEST_TMPDIR/begun" >"$APP/version.py"
    reimport --timeout 20 --pid "$PID" version >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
    command=$!
    wait_for test -e "$BATS_TEST_TMPDIR/begun"
    echo >&"${TARGET_IN[$TARGET]}"
    wait "${TARGET_JOB[$TARGET]}" || code=$?
    [ $code = 7 ] || fail "exit status $code" || return
    code=0
    wait $command || code=$?
    [ $code = 4 ] || [ $code = 5 ] || fail "exit status $code of the command: $(cat "$BATS_TEST_TMPDIR/out")"
}

@test "it ends while the new top level runs: with its own exit status, every version" {
    local python
    APP=$BATS_TEST_TMPDIR/app
    mkdir "$APP"
    for python in $(pythons); do
        echo "# $python"
        ends_meanwhile "$python"
        stop_target
    done
}
