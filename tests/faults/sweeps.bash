# shellcheck shell=bash
# Sweeps over what fails inside of the process. After `load ../helpers`.

# sweep PYTHON OPTION...: tests/faults/sweep.py.
sweep() {
    local python=$1 status=0 limit=110
    [ -z "${SOAK:-}" ] || limit=36000
    shift
    PYTHONHASHSEED=0 timeout -k 5 "$limit" "$python" "$TESTS/faults/sweep.py" \
        "$BUILD/agent-hooks" "$BATS_TEST_TMPDIR" "$TESTS/faults/variety.py" "$@" >"$BATS_TEST_TMPDIR/out" 2>&1 ||
        status=$?
    [ $status = 0 ] || fail "$(cat "$BATS_TEST_TMPDIR/out")" || return
    [ -z "${SOAK:-}" ] || tail -n 1 "$BATS_TEST_TMPDIR/out" | sed 's/^/# /' >&3
}

# sweeps SHORT LONG OPTION...: every SHORT-th on one Python; with SOAK, every LONG-th on several.
sweeps() {
    local short=$1 long=$2 version python
    shift 2
    if [ -z "${SOAK:-}" ]; then
        sweep "$(default_python)" -s "$short" "$@"
        return
    fi
    for version in 3.8 3.10 3.11 3.12 3.13; do
        python=$(find_python $version) || continue
        sweep "$python" -s "$long" "$@" || return
    done
}
