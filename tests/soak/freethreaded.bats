# A build of CPython without the GIL, made from Debian's source package and kept in the cache: it is refused,
# from outside and from inside, and left as it was.
# bats file_tags=slow
BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:-7200}
load ../helpers
load ../real/debs

SUITE=trixie VERSION=3.13

# build SOURCE DIRECTORY: installs it there.
build() {
    mkdir "$BATS_TEST_TMPDIR/made" && cd "$BATS_TEST_TMPDIR/made" &&
        "$1/configure" -q --disable-gil --prefix="$2" --without-ensurepip --disable-test-modules &&
        make -s -j "$(nproc)" && make -s install
}

# Sets FREE to the interpreter; the first time it is built, which takes some minutes.
free_threaded() {
    local source built=$CACHE/free-threaded-$VERSION
    FREE=$built/bin/python3
    [ ! -e "$built/.whole" ] || return 0
    source=$(source_of $SUITE python$VERSION) || missing "the source package of Python $VERSION"
    rm -rf "$built"
    (build "$source" "$built") >"$BATS_TEST_TMPDIR/log" 2>&1 || fail "$(tail -n 20 "$BATS_TEST_TMPDIR/log")" || return
    : >"$built/.whole"
}

@test "a free-threaded build is refused, and left as it was" {
    local before
    free_threaded
    APP=$BATS_TEST_TMPDIR
    echo 'value = 1' >"$APP/app.py"
    start_asker "$FREE" "$APP"
    assert_answer 'sys._is_gil_enabled()' False
    ask 'import app'
    before=$(outside_state && module_names)
    echo 'value = 2' >"$APP/app.py"
    for args in "app" "--modified" "--status" "--undo" "--code-only app"; do
        # shellcheck disable=SC2086
        run -3 reimport --pid "$PID" $args
        assert_contains "$output" "PID $PID"
        assert_contains "$output" "free-threaded build of Python"
        assert_contains "$output" "a build with the GIL"
    done
    assert_answer app.value 1
    assert_same "$before" "$(outside_state && module_names)"
    assert_serving
}

@test "a free-threaded build cannot import the library, and is told why" {
    local load='import importlib.util as u; s = u.spec_from_file_location("reimport", path); u.module_from_spec(s)'
    free_threaded
    start_asker "$FREE"
    ask "path = '$BUILD/reimport.abi3.so'"
    run -1 ask "$load"
    assert_contains "$output" "ImportError"
    assert_contains "$output" "a build with the GIL"
    assert_serving
}
