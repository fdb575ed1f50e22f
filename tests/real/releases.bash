# shellcheck shell=bash
# Two releases of a package, as two suites of Debian carry them: a process that has loaded the old one is made
# to follow to the new one. The new release's own tests, run in that process, pass as on a fresh start.
# Sourced, after helpers.bash.

# shellcheck source=tests/real/debs.bash
. "$TESTS/real/debs.bash"

export PATIENCE=300
NEEDS=() # further packages, of the new suite, that the tests need
PYTEST=(pytest pluggy iniconfig packaging exceptiongroup tomli typing-extensions)

# site SUITE PACKAGE...: prints the directories of modules that these packages bring.
site() {
    local suite=$1 package
    shift
    for package; do
        printf '%s\n' "$(deb "$suite" "python3-$package")/usr/lib/python3/dist-packages" || return
    done
}

# put RELEASE: the release's files take the place of what is there, as a package manager does it.
put() {
    rsync -a --delete --exclude=__pycache__ "$1/" "$BATS_TEST_TMPDIR/site/"
}

# start_with NAME: a process that has the site on its path, and what the tests need, but nothing installed.
start_with() {
    start_target -n "$1" "$PYTHON" -S "$TESTS/targets/ask.py" "$BATS_TEST_TMPDIR/site" "$TESTS/real" "${SITES[@]}"
    ask 'import suite'
}

# test_in NAME: runs the tests there, into the file NAME.
test_in() {
    use_target "$1"
    ask "suite.write('$BATS_TEST_TMPDIR/$1', suite.$RUN, $WHAT)"
}

# follows PACKAGE OLD NEW RUN TESTS MODULE...: OLD and NEW are suites; RUN(TESTS) are suite.py's; the MODULEs
# are what is reimported.
follows() {
    local package=$1 old=$2 new=$3 RUN=$4 WHAT=$5 report SITES here before after
    shift 5
    before=$(site "$old" "$package") && after=$(site "$new" "$package") &&
        mapfile -t SITES < <(site "$new" "${NEEDS[@]}" && site trixie "${PYTEST[@]}") &&
        [ "${#SITES[@]}" -ge 4 ] || missing "two releases of $package"
    put "$before"
    start_with here
    here=$PID
    ask "suite.load($(printf '"%s",' "$@"))" >&3
    put "$after"
    report=$(timeout -k 5 120 "$REIMPORT" --json --timeout 100 --pid "$here" "$@") || fail "$report"
    jq -c '[.result, .times_ms.pause, (.references.left | length), (.stale | length)]' <<<"$report" >&3
    jq -c '.references.left[:5][]' <<<"$report" >&3
    start_with fresh
    echo "# $package, Python $(python_version "$PYTHON"): $(test_in fresh) pass on a fresh start, $(test_in here) after a reimport" >&3
    lost=$(jq -rn --slurpfile fresh "$BATS_TEST_TMPDIR/fresh" --slurpfile here "$BATS_TEST_TMPDIR/here" '
        $fresh[0] | to_entries[] | select(.value == "passed" and $here[0][.key] != "passed") |
        "\(.key): \($here[0][.key])"')
    assert_same '' "$lost"
    [ "$(jq '[.[] | select(. == "passed")] | length' "$BATS_TEST_TMPDIR/fresh")" -gt 10 ]
}
