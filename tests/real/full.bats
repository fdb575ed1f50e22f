# A full reimport, in a process that serves Flask and Django under load, of what serves it and of standard
# modules; then the standard library's own tests of those run in that very process.
# bats file_tags=slow
load ../helpers
load web
load debs
export BATS_TEST_TIMEOUT=600

FRAMEWORKS=(flask werkzeug jinja2 click)
# without state that a process shares
STANDARD=(argparse json textwrap dataclasses difflib configparser string shlex pprint graphlib html.parser
    fractions csv copy heapq bisect colorsys fnmatch glob calendar getopt optparse plistlib quopri base64
    uuid ipaddress netrc reprlib sched tabnanny cmd html contextlib timeit hmac)

setup() {
    need_web
    copy_tree
    local suite
    suite=$(deb bookworm libpython3.11-testsuite) || missing "Debian's libpython3.11-testsuite"
    cp -a "$suite/usr/lib/python3.11/." "$TREE/lib/python3.11"
}

teardown() {
    stop_web
    checks_held
}

standard_tests() {
    local names
    names=$(printf '&test.test_%s' "${STANDARD[@]/html.parser/htmlparser}")
    page "/tests?${names:1}" | jq -S .
}

# Classes of what is reimported that live more than once.
twins() {
    local ours
    ours=$(printf '|%s' "${FRAMEWORKS[@]}" "${STANDARD[@]}")
    page /twins | jq -S --arg ours "^(${ours:1})[.]" 'with_entries(select(.key | test($ours)))'
}

reimport_all() {
    timeout -k 5 300 "$REIMPORT" --json --timeout 100 --pid "$PID" "${FRAMEWORKS[@]}" "${STANDARD[@]}"
}

@test "Flask and its kin, and 36 standard modules, are reimported under load; the library's own tests pass there" {
    local report once
    start_web "${STANDARD[@]}"
    start_load
    report=$(reimport_all) || fail "$report"
    jq -c '[.result, .times_ms, .references]' <<<"$report" >&3
    assert_same '[]' "$(jq -c .references.left <<<"$report")"
    # the record of the last reimport keeps what --undo needs, but nothing older
    once=$(twins)
    report=$(reimport_all) || fail "$report"
    assert_same '[]' "$(jq -c .references.left <<<"$report")"
    assert_same "$once" "$(twins)"
    end_load

    standard_tests >"$BATS_TEST_TMPDIR/here"
    start_web "${STANDARD[@]}"
    standard_tests >"$BATS_TEST_TMPDIR/fresh"
    diff "$BATS_TEST_TMPDIR/fresh" "$BATS_TEST_TMPDIR/here"
    echo "# $(jq '[.[] | select(. == "passed")] | length' "$BATS_TEST_TMPDIR/here") of the library's tests passed" >&3
    [ "$(jq '[.[] | select(. == "passed")] | length' "$BATS_TEST_TMPDIR/here")" -gt 3000 ]
}
