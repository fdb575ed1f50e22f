# bats file_tags=slow
# A reimport under valgrind, in a Python that asks libc for every object: no byte is read that is not an
# object's or was never set. With SOAK, every case.
export BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:-600}
load ../helpers
load ../inject/sweeps

setup() {
    need valgrind jq
    PYTHON=$(default_python)
}

# under_valgrind SUPPRESSIONS MODES CASE...: what each came to, a line of JSON each; valgrind's word is in
# $BATS_TEST_TMPDIR/said.
under_valgrind() {
    local suppressions=$1 modes=$2
    shift 2
    mkdir -p "$BATS_TEST_TMPDIR/scratch"
    jq -nc --arg modes "$modes" '$ARGS.positional[] | {path: ., modes: $modes}' --args "$@" |
        PYTHONMALLOC=malloc PYTHONHASHSEED=0 CASE_SECONDS=300 valgrind -q --error-exitcode=9 --suppressions="$suppressions" \
            "$PYTHON" "$TESTS/cases/lib/child.py" "$BUILD" "$BATS_TEST_TMPDIR/scratch" 2>"$BATS_TEST_TMPDIR/said"
}

some_cases() {
    find "$TESTS/cases" -mindepth 2 -name '*.py' -not -path '*/lib/*' | sort |
        if [ -n "${SOAK:-}" ]; then cat; else sed -n 190p; fi
    echo "$TESTS/faults/variety.py"
}

@test "no reimport reads what is not there" {
    local cases found
    mapfile -t cases < <(some_cases)
    found=$(under_valgrind "$TESTS/faults/valgrind.supp" "${SOAK:+b}p" "${cases[@]}") || fail "$(cat "$BATS_TEST_TMPDIR/said")" || return
    count "$(jq -s length <<<"$found") runs of ${#cases[@]} cases under valgrind"
    assert_same '' "$(cat "$BATS_TEST_TMPDIR/said")"
    assert_same '' "$(jq -c 'select(.result != "ok")' <<<"$found")"
    [ "$(jq -s length <<<"$found")" -ge ${#cases[@]} ]
}

@test "valgrind does look" {
    local found
    found=$(under_valgrind /dev/null p "$TESTS/faults/variety.py") || fail "$(cat "$BATS_TEST_TMPDIR/said")" || return
    assert_contains "$(cat "$BATS_TEST_TMPDIR/said")" mend_words
    assert_same died "$(jq -r .result <<<"$found")"
}
