# --code-only in a process that serves Flask and Django (Debian's, on Debian's Python) under load: every
# Python source that it has loaded, the standard library's included, is shifted by one line.
# bats file_tags=slow
load ../helpers
export BATS_TEST_TIMEOUT=600

PYTHON=/usr/bin/python3.11
PAGES=(/ '/hello/you?a=1' /library /nowhere '/django/form?name=x&count=0' '/django/form?name=long%20name'
    /django/page /django/numbers)

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

setup() {
    [ -d /usr/lib/python3/dist-packages/flask ] && [ -d /usr/lib/python3/dist-packages/django ] &&
        [ -x "$PYTHON" ] || missing "$PYTHON with Debian's Flask and Django"
    copy_tree
    mkfifo "$BATS_TEST_TMPDIR/web.in" "$BATS_TEST_TMPDIR/load.in"
    exec {WEB}<>"$BATS_TEST_TMPDIR/web.in" {LOAD}<>"$BATS_TEST_TMPDIR/load.in"
    PYTHONHOME=$TREE "$PYTHON" "$TESTS/real/web.py" "$TREE" <"$BATS_TEST_TMPDIR/web.in" \
        >"$BATS_TEST_TMPDIR/web.out" 2>"$BATS_TEST_TMPDIR/web.log" 3>&- {WEB}>&- {LOAD}>&- &
    PID=$!
    wait_for test -s "$BATS_TEST_TMPDIR/web.out" || cat "$BATS_TEST_TMPDIR/web.log" >&2
    PORT=$(cat "$BATS_TEST_TMPDIR/web.out")
}

teardown() {
    kill "$PID" ${LOADER:+"$LOADER"} || :
    exec {WEB}>&- {LOAD}>&-
}

page() {
    "$PYTHON" -c 'import sys, urllib.request
sys.stdout.buffer.write(urllib.request.urlopen(sys.argv[1], timeout=60).read())' "http://127.0.0.1:$PORT$1"
}

start_load() {
    "$PYTHON" "$TESTS/real/load.py" "$PORT" "${PAGES[@]}" <"$BATS_TEST_TMPDIR/load.in" \
        >"$BATS_TEST_TMPDIR/load.out" 2>"$BATS_TEST_TMPDIR/load.log" 3>&- {WEB}>&- {LOAD}>&- &
    LOADER=$!
    wait_for grep -q ready "$BATS_TEST_TMPDIR/load.out"
}

# Ends the load; every answer must have been the same as the first.
end_load() {
    exec {LOAD}>&-
    wait "$LOADER"
    LOADER=
    cat "$BATS_TEST_TMPDIR/load.log" >&2
    tail -n1 "$BATS_TEST_TMPDIR/load.out" >&3
    grep -qE '^[1-9][0-9]+ answers, 0 differed$' "$BATS_TEST_TMPDIR/load.out"
}

# The import system itself is not among what can be reimported.
own_modules() {
    page /modules | jq -r 'to_entries[] | select(.value | test("importlib/_bootstrap") | not) | .key'
}

@test "all live code of Flask, Django and the standard library is swapped under load" {
    local names before report
    start_load
    before=$(page /traceback)
    [ "$(jq length <<<"$before")" -ge 4 ]
    mapfile -t names < <(own_modules)
    [ "${#names[@]}" -gt 400 ]
    page /modules | jq -r '.[]' | sort -u | tr '\n' '\0' | xargs -0 "$PYTHON" "$TESTS/real/shift.py"

    report=$(timeout -k 5 300 "$REIMPORT" --json --timeout 240 --code-only --pid "$PID" "${names[@]}")
    jq -c '[.result, .times_ms, ([.modules[].swapped] | add)]' <<<"$report" >&3
    assert_same '' "$(comm -23 <(printf '%s\n' "${names[@]}" | sort) <(jq -r '.modules[].name' <<<"$report" | sort))"
    [ "$(jq '[.modules[].swapped] | add' <<<"$report")" -gt 10000 ]
    assert_same '[]' "$(jq -c '.references.left' <<<"$report")"
    assert_same '[]' "$(jq -c '[.modules[] | select(.beyond != []) | {name, beyond}]' <<<"$report")"
    assert_same '[]' "$(jq -c '[.modules[] | select(.functions.updated != []) | .name]' <<<"$report")"

    # a traceback through Flask names the new lines; so does all live code
    assert_same "$(jq -c 'map(.[1] += 1)' <<<"$before")" "$(page /traceback | jq -c .)"
    assert_same '' "$(page /code | "$PYTHON" "$TESTS/real/agree.py" | grep -v /importlib/_bootstrap)"

    # and back
    run -0 timeout -k 5 300 "$REIMPORT" --json --timeout 240 --undo --pid "$PID"
    assert_same "$(jq -c . <<<"$before")" "$(page /traceback | jq -c .)"
    assert_same '' "$(page /code | "$PYTHON" "$TESTS/real/agree.py" .orig | grep -v /importlib/_bootstrap)"
    end_load
}
