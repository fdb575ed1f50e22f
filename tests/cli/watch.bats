# --watch: stays, and reimports what changes on disk.
load ../helpers

setup() {
    APP=$BATS_TEST_TMPDIR/app
    mkdir -p "$APP/pkg"
    : >"$APP/pkg/__init__.py"
    write_version 1
    start_asker "$(default_python)" "$APP"
    ask 'import pkg.version'
}

teardown() {
    [ -z "${WATCHER:-}" ] || kill -KILL "$WATCHER" 2>/dev/null || :
    stop_targets
    checks_held
}

write_version() { # write_version N [DIRECTORY]
    printf 'def first():\n    return %s\n' "$1" >"${2:-$APP}/pkg/version.py"
}

watch() { # watch ARG...: begins. A background job of a shell ignores SIGINT.
    env --default-signal=INT "$REIMPORT" --watch --modified "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    WATCHER=$!
    wait_for watching
}
watching() {
    grep -qs '^inotify wd' /proc/"$WATCHER"/fdinfo/* && is_settled
}
# in poll(2) without a timeout, which no visit has: the first round is over
is_settled() {
    local number timeout
    read -r number _ _ timeout _ <"/proc/$WATCHER/syscall" && [ "$number" = 7 ] && [ $((timeout & 0xffffffff)) = $((0xffffffff)) ]
}
is_version() {
    [ "$(ask 'pkg.version.first()')" = "$1" ]
}
ends() { # ends STATUS: the watching
    local code=0
    wait "$WATCHER" || code=$?
    WATCHER=
    [ $code = "$1" ] || fail "exit status $code: $(cat "$BATS_TEST_TMPDIR/err")"
}

@test "each change is followed, until Ctrl-C" {
    watch --json --pid "$PID" "$APP"
    write_version 2
    wait_for is_version 2
    write_version 3
    wait_for is_version 3
    kill -INT "$WATCHER"
    ends 0
    [ "$(jq -s 'map(select(.result == "reimported")) | length' <"$BATS_TEST_TMPDIR/out")" = 2 ]
    assert_serving
}

@test "what was modified before is reimported at once" {
    write_version 2
    watch --pid "$PID" "$APP"
    wait_for is_version 2
    kill -TERM "$WATCHER"
    ends 0
}

@test "an error is told, and the next change is followed" {
    watch --pid "$PID" "$APP"
    echo 'def first(:' >"$APP/pkg/version.py"
    wait_for grep -q SyntaxError "$BATS_TEST_TMPDIR/err"
    is_version 1
    write_version 2
    wait_for is_version 2
}

@test "everywhere, if no path is named" {
    watch --pid "$PID"
    write_version 2
    wait_for is_version 2
}

@test "everywhere, also if the process's own directory is there no more" {
    mkdir "$BATS_TEST_TMPDIR/gone"
    ask "os.chdir('$BATS_TEST_TMPDIR/gone'); sys.path.insert(0, '')"
    rmdir "$BATS_TEST_TMPDIR/gone"
    watch --pid "$PID"
    write_version 2
    wait_for is_version 2
}

@test "a directory that comes, and a link that is switched" {
    mkdir -p "$BATS_TEST_TMPDIR"/releases/{1,2}
    cp -r "$APP/pkg" "$BATS_TEST_TMPDIR/releases/1/"
    cp -r "$APP/pkg" "$BATS_TEST_TMPDIR/releases/2/"
    write_version 2 "$BATS_TEST_TMPDIR/releases/2"
    ln -s releases/1 "$BATS_TEST_TMPDIR/current"
    stop_target
    start_asker "$(default_python)" "$BATS_TEST_TMPDIR/current"
    ask 'import pkg.version'
    watch --pid "$PID" "$BATS_TEST_TMPDIR/current"
    ln -sfn releases/2 "$BATS_TEST_TMPDIR/current.new"
    mv -T "$BATS_TEST_TMPDIR/current.new" "$BATS_TEST_TMPDIR/current"
    wait_for is_version 2
    wait_for is_settled
    mkdir "$BATS_TEST_TMPDIR/releases/2/pkg/below"
    wait_for is_settled
    echo 'X = 1' >"$BATS_TEST_TMPDIR/releases/2/pkg/below/late.py"
    : >"$BATS_TEST_TMPDIR/releases/2/pkg/below/__init__.py"
    ask 'import importlib; importlib.invalidate_caches(); import pkg.below.late'
    echo 'X = 2' >"$BATS_TEST_TMPDIR/releases/2/pkg/below/late.py"
    late_is_2() { [ "$(ask 'pkg.below.late.X')" = 2 ]; }
    wait_for late_is_2
}

@test "files that are no sources disturb nobody" {
    # a visit that looks for what is modified compiles something
    ask 'import threading; visits = []; asking = threading.get_ident()'
    ask 'sys.addaudithook(lambda e, a: e == "compile" and threading.get_ident() != asking and visits.append(e))'
    watch --pid "$PID" "$APP"
    ask 'visits.clear()' >/dev/null
    local before
    before=$(status_field voluntary_ctxt_switches "$WATCHER")
    has_woken() { [ "$(status_field voluntary_ctxt_switches "$WATCHER")" -gt "$before" ] && is_settled; }
    echo 1 >"$APP/data.log"
    wait_for has_woken
    assert_answer 'len(visits)' 0
    write_version 2
    wait_for is_version 2
    assert_answer 'len(visits) > 0' True
}

@test "the process ends: so does the watching" {
    watch --pid "$PID" "$APP"
    kill -KILL "$PID"
    ends 3
    assert_contains "$(cat "$BATS_TEST_TMPDIR/err")" "PID $PID: it has ended, and is watched no more"
}

@test "nobody reads the reports any more: the watching ends" {
    local pipe=$BATS_TEST_TMPDIR/out reader
    mkfifo "$pipe"
    cat "$pipe" >/dev/null 3>&- &
    reader=$!
    watch --json --pid "$PID" "$APP"
    write_version 2
    wait_for is_version 2
    wait_for is_settled
    kill -KILL $reader
    wait $reader || :
    write_version 3
    ends 5
    assert_contains "$(cat "$BATS_TEST_TMPDIR/err")" "cannot write to standard output, so the report is not whole; what was done stays done: Broken pipe"
    is_version 3
    assert_serving
}

@test "a process that cannot be visited is not watched" {
    run -3 --separate-stderr reimport --watch --modified --pid 4194304 "$APP"
    assert_contains "$stderr" "no such process"
}

@test "in a container, with its own paths" {
    local python
    python=$(find_python 3.13) && [[ $python == *@* ]] || python=$(pythons | grep -m1 @) ||
        missing "no interpreter in a root file system (make roots)"
    stop_target
    IN_ROOT_BIND=$APP start_target "$python" "$TESTS/targets/ask.py" /srv/app
    ask 'import pkg.version'
    watch --pid "$PID" /srv/app
    write_version 2
    wait_for is_version 2
}
