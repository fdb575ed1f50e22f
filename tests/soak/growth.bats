# Many reimports of a module of fifty classes: old code, functions, classes and modules are gone
# afterwards, and nothing grows by more than it does with as many reloads by importlib. REIMPORTS=1000
# for as many.
# bats file_tags=slow
PATIENCE=${PATIENCE:-500} BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:-600}
load ../helpers

# grew WHAT: by how much, in the reloads and in the reimports.
grew() {
    jq -r ".[1].$1 - .[0].$1, .[3].$1 - .[2].$1" <<<"$found" | paste -sd ' '
}

# grows_no_more WHAT MARGIN
grows_no_more() {
    local reloads reimports
    read -r reloads reimports < <(grew "$1")
    echo "#   $1: by $reloads in $RUNS reloads, by $reimports in $RUNS reimports" >&3
    [ "$reimports" -le $(((reloads > 0 ? reloads : 0) + $2)) ] || fail "$1 grew: $found"
}

# grows_not PYTHON
grows_not() {
    local found
    mkdir "$BATS_TEST_TMPDIR/app"
    start_asker "$1" "$BATS_TEST_TMPDIR/app" "$BUILD" "$TESTS/soak"
    ask 'import grow, json, reimport'
    found=$(ask "json.dumps(grow.compare(reimport, $RUNS, 50))") && found=${found//\'/} || return
    assert_same "$(jq -c '.[2].kinds' <<<"$found")" "$(jq -c '.[3].kinds' <<<"$found")" || return
    # Less than one block for ten reimports. What malloc() gave has steps where the interpreter's own tables
    # double; one reimport makes some 300 KiB.
    grows_no_more blocks $((RUNS / 10)) && grows_no_more malloc 524288 && grows_no_more rss 2097152 &&
        assert_serving || return
    stop_target
    rm -r "$BATS_TEST_TMPDIR/app"
}

@test "no growth, on the oldest Python, the newest one and the usual one" {
    local python RUNS=${REIMPORTS:-120}
    for python in $(pythons 3.8 | head -n 1) $(pythons 3.14 | head -n 1) "$(default_python)"; do
        echo "# $python" >&3
        grows_not "$python"
    done
}
