# bats file_tags=slow
# A debug build of Python, in development mode: it checks its own structures, and counts every reference.
load ../helpers
load ../inject/sweeps

PYTHON=/usr/bin/python3.11-dbg
ROUNDS=20
[ -z "${SOAK:-}" ] || ROUNDS=200

setup() {
    need "$PYTHON"
}

# no_leak CASE COUNT: that many rounds there and back leave no reference behind.
no_leak() {
    run -0 env PYTHONHASHSEED=0 timeout 1000 "$PYTHON" -X dev "$TESTS/faults/leaks.py" "$BUILD" \
        "$BATS_TEST_TMPDIR" "$TESTS/cases/$1.py" "$2"
    count "$1: ${lines[-1]}"
}

@test "reimports leave no reference behind" {
    no_leak plain/two_modules "$ROUNDS"
}

@test "reimports that turn functions into classes and back leave no reference behind" {
    no_leak functions/function_and_class "$ROUNDS"
}

@test "a class that turns into a function leaves no older namespace in the record" {
    no_leak functions/class_beside_dataclass "$ROUNDS"
}

@test "injected reimports leave no reference behind" {
    local before after
    start_victim PYTHONDEVMODE=1 PYTHONMALLOC=debug "$PYTHON"
    reimports 10
    before=$(ask '__import__("gc").collect() * 0 + sys.gettotalrefcount()')
    reimports "${REIMPORTS:-20}"
    after=$(ask '__import__("gc").collect() * 0 + sys.gettotalrefcount()')
    count "references $before, after ${REIMPORTS:-20} more $after"
    # less than two for each: a leak is a module's worth
    [ $((after - before)) -lt $((2 * ${REIMPORTS:-20})) ]
    [ "$(grep -c . "${TARGET_LOG[$TARGET]}")" = 0 ] || fail "$(cat "${TARGET_LOG[$TARGET]}")"
}

@test "the cases" {
    local word='^(plain|containers)/(class|dict|set|tuple|instances)' jobs=2
    [ -z "${SOAK:-}" ] || word=. jobs=1
    run "$TESTS/cases/run" --tap -k "$word" -x "$TESTS/cases/open" -p 3.11-dbg -m pi -j $jobs -b "$BUILD"
    [ "$status" = 0 ] || fail "$(grep -A3 '^not ok' <<<"$output")"
}
