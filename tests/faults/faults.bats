# bats file_tags=slow
# What the agent needs fails, one after the other: each allocation, each step of the journal, and steps
# back as well. The process is as it was, to the last reference, and a reimport works; or all is done, and
# said. Short here, and in `make soak` in every place, on several Pythons.
load ../helpers

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

@test "steps of the journal" { sweeps 9 1 -w steps; }
@test "steps of the journal and the first step back" { sweeps 29 1 -w back; }
@test "steps of the journal and thirty steps back" { sweeps 49 3 -w back -n 30; }
@test "steps of the journal of an injected reimport" { sweeps 49 3 -w steps -r reimport; }
@test "steps of the journal of an undo" { sweeps 29 3 -w steps -r undo; }
@test "steps of the journal of a swap of code" { sweeps 9 1 -w steps -r code-only; }
@test "allocations in a reimport" { sweeps 271 1; }
@test "allocations in a reimport, five at a time" { sweeps 971 5 -n 5; }
@test "allocations in an injected reimport" { sweeps 1511 20 -r reimport; }
@test "allocations in a reimport that fails" { sweeps 1911 40 -r failing; }
@test "allocations in a swap of code" { sweeps 1951 40 -r code-only; }
@test "allocations in a dry run" { sweeps 1511 40 -r dry-run; }
@test "allocations in a search for what is modified" { sweeps 2511 40 -r modified; }
@test "allocations in a status" { sweeps 2511 40 -r status; }
@test "allocations in an undo" { sweeps 311 5 -r undo; }
