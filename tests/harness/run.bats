# tests/run must not call anything a success that is not one.
load ../helpers

file() { # file NAME TEXT: a test file
    cat >"$BATS_TEST_TMPDIR/$1"
}
run_files() { # a runner of its own, outside of this bats
    cd "$BATS_TEST_TMPDIR" || return
    env -i PATH="${PATH#"$BATS_LIBEXEC:"}" HOME="$HOME" BUILD="$BUILD" STRICT="${strict-}" "$TESTS/run" "$@"
}

@test "passed, failed and skipped are counted" {
    file a.bats <<<$'@test "one" { true; }\n@test "two" { skip because; }'
    file b.bats <<<$'@test "three" { false; }'
    run -1 run_files a.bats b.bats
    [ "${lines[-1]}" = "1 passed, 1 failed, 1 skipped" ]
    run -0 run_files a.bats
    [ "${lines[-1]}" = "1 passed, 0 failed, 1 skipped" ]
}

@test "a file that is no test file is a failure" {
    file a.bats <<<$'@test "one" {\n'
    run -1 run_files a.bats
    [[ ${lines[-1]} == *" 1 failed" ]]
}

@test "no test at all is a failure" {
    run -1 run_files
    [ "${lines[-1]}" = "0 passed, 0 failed" ]
    file a.bats <<<'true'
    run -1 run_files a.bats
    [ "${lines[-1]}" = "0 passed, 1 failed" ]
}

@test "a unit test program that dies in the middle is a failure" {
    file unit <<<$'#!/bin/sh\necho 1..3\necho ok 1\nkill -9 $$'
    chmod +x "$BATS_TEST_TMPDIR/unit"
    run -1 run_files ./unit
    [ "${lines[-1]}" = "1 passed, 2 failed" ]
}

@test "a test that hangs is ended" {
    file a.bats <<<$'BATS_TEST_TIMEOUT=1\nexport BATS_TEST_TIMEOUT\n@test "one" { sleep 100; }'
    run -1 run_files a.bats
    [ "${lines[-1]}" = "0 passed, 1 failed" ]
}

@test "STRICT turns a skip for something missing into a failure" {
    cp "$TESTS"/*.bash "$BATS_TEST_TMPDIR"
    file a.bats <<<$'load helpers\n@test "one" { need no-such-command; }'
    run -1 run_files a.bats # only a skip: nothing passed
    [ "${lines[-1]}" = "0 passed, 0 failed, 1 skipped" ]
    strict=1 run -1 run_files a.bats
    [ "${lines[-1]}" = "0 passed, 1 failed" ]
}

@test "interrupted, it ends what it started" {
    file unit <<<$'#!/bin/sh\necho $$ >started\nexec sleep 600'
    chmod +x "$BATS_TEST_TMPDIR/unit"
    cd "$BATS_TEST_TMPDIR" || return
    env -i PATH="${PATH#"$BATS_LIBEXEC:"}" "$TESTS/run" ./unit >/dev/null 3>&- &
    wait_for test -s started
    kill -TERM $!
    wait $! || [ $? = 143 ]
    wait_for test ! -d "/proc/$(cat started)"
}
