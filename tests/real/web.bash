# shellcheck shell=bash
# A process that serves Flask and Django (Debian's, on Debian's Python) from a tree of its own, and a load
# on it. Sourced, after helpers.bash.

PYTHON=/usr/bin/python3.11
PAGES=(/ '/hello/you?a=1' /library /nowhere '/django/form?name=x&count=0' '/django/form?name=long%20name'
    /django/page /django/numbers)
WEB_PID=() LOADER=
export PATIENCE=300

need_web() {
    [ -d /usr/lib/python3/dist-packages/flask ] && [ -d /usr/lib/python3/dist-packages/django ] &&
        [ -x "$PYTHON" ] || missing "$PYTHON with Debian's Flask and Django"
}

# A copy of the standard library and of the two frameworks, which can be edited.
copy_tree() {
    local package
    TREE=$BATS_TEST_TMPDIR/tree
    mkdir -p "$TREE/lib/python3/dist-packages"
    cp -a /usr/lib/python3.11 "$TREE/lib"
    for package in flask werkzeug jinja2 click itsdangerous markupsafe django asgiref sqlparse pytz; do
        cp -a "/usr/lib/python3/dist-packages/$package" "$TREE/lib/python3/dist-packages"
    done
}

# start_web [MODULE...]: web.py, with further modules loaded. Sets PID and PORT.
start_web() {
    local out=$BATS_TEST_TMPDIR/web.${#WEB_PID[@]} in
    mkfifo "$out.in"
    exec {in}<>"$out.in"
    PYTHONHOME=$TREE "$PYTHON" "$TESTS/real/web.py" "$TREE" "$@" <"$out.in" >"$out" 2>"$out.log" 3>&- {in}>&- &
    PID=$!
    WEB_PID+=("$PID")
    wait_for test -s "$out" || { cat "$out.log" >&2 && return 1; }
    PORT=$(cat "$out")
}

page() {
    "$PYTHON" -c 'import sys, urllib.request
sys.stdout.buffer.write(urllib.request.urlopen(sys.argv[1], timeout=300).read())' "http://127.0.0.1:$PORT$1"
}

start_load() {
    mkfifo "$BATS_TEST_TMPDIR/load.in"
    exec {LOAD}<>"$BATS_TEST_TMPDIR/load.in"
    "$PYTHON" "$TESTS/real/load.py" "$PORT" "${PAGES[@]}" <"$BATS_TEST_TMPDIR/load.in" \
        >"$BATS_TEST_TMPDIR/load.out" 2>"$BATS_TEST_TMPDIR/load.log" 3>&- {LOAD}>&- &
    LOADER=$!
    wait_for grep -q ready "$BATS_TEST_TMPDIR/load.out"
    run -1 grep -E ': (0|5[0-9]{2})' "$BATS_TEST_TMPDIR/load.out" # failed, or an error of the server's
}

# Ends the load; every answer must have been the same as the first.
end_load() {
    exec {LOAD}>&-
    wait "$LOADER" || :
    LOADER=
    cut -c1-300 "$BATS_TEST_TMPDIR/load.log" >&2
    tail -n1 "$BATS_TEST_TMPDIR/load.out" >&3
    grep -qE '^[1-9][0-9]+ answers, 0 differed$' "$BATS_TEST_TMPDIR/load.out"
}

# Shows what the server said, if it said anything.
stop_web() {
    cat "$BATS_TEST_TMPDIR"/web.*.log >&2 || :
    kill "${WEB_PID[@]}" ${LOADER:+"$LOADER"} || :
    wait "${WEB_PID[@]}" ${LOADER:+"$LOADER"} || :
}
