# Wrong usage: status 2, one line on standard error, nothing on standard output.
load ../helpers

# wrong TEXT ARG...
wrong() {
    local text=$1
    shift
    run -2 --separate-stderr reimport "$@"
    [ -z "$output" ] || fail "on standard output: $output"
    [ "${#stderr_lines[@]}" = 1 ] || fail "not one line: $stderr"
    [[ $stderr == "reimport: "* ]]
    assert_contains "$stderr" "$text"
}

@test "no process" {
    wrong "no process given; add --pid PID"
    wrong "no process given" --modified
    wrong "no process given" shop.handlers
}

@test "no module" {
    wrong "nothing to reimport given; name a module, or give --modified" --pid 1
}

@test "a PID that is none" {
    wrong "not a process ID" --pid gunicorn m
    wrong "not a process ID" --pid 0 m
    wrong "not a process ID" --pid=-1 m
    wrong "not a process ID" --pid 12,,13 m
    wrong "not a process ID" --pid '' m
    wrong "out of range" --pid 99999999999999999999 m
}

@test "contradictory options" {
    wrong "--quiet and --verbose contradict each other" --pid 1 --quiet --verbose m
    wrong "--undo and --status contradict each other" --pid 1 --status --undo
    wrong "contradict each other" --pid 1 --undo --modified
    wrong "--undo takes no module and no path" --pid 1 --undo shop
}

@test "a path instead of a module" {
    wrong "a path, not a module; name the module (like package.module), or give --modified" \
        --pid 1 shop/handlers.py
    wrong "not a module name" --pid 1 shop..handlers
    wrong "not a module name" --pid 1 ''
}

@test "an option that is not there, or lacks its argument, or takes none" {
    wrong "--bogus: no such option; see reimport --help" --bogus
    wrong "-z: no such option" -z
    wrong "--pid needs an argument" --pid
    wrong "--json=yes: the option takes no argument" --json=yes
}

@test "a timeout that is none" {
    wrong "give a number of seconds" --pid 1 --timeout 0 m
    wrong "give a number of seconds" --pid 1 --timeout soon m
    wrong "give a number of seconds" --pid 1 -T nan m
    wrong "give a number of seconds" --pid 1 -T 0x10 m
}

@test "a relative path, for a process that sees other files" {
    [ "$(id -u)" = 0 ] || impossible "needs root"
    start_target unshare --mount "$(default_python)" "$TESTS/targets/ask.py"
    wrong "a relative path means nothing to a process that sees other files" --pid "$PID" --modified src
    assert_serving
}

@test "a report that cannot be written is not a success" {
    run -5 --separate-stderr bash -c '"$0" --help >/dev/full' "$REIMPORT"
    assert_contains "$stderr" "cannot write to standard output"
    run -5 --separate-stderr bash -c '"$0" --version >&-' "$REIMPORT"
    assert_contains "$stderr" "cannot write to standard output"
    run -5 --separate-stderr bash -c '"$0" --json --pid 4194304 m >/dev/full' "$REIMPORT"
    assert_contains "$stderr" "cannot write to standard output"
}

# lost REASON SHELL ARG...: the command, run by SHELL as "$@", says why its report could not be written.
lost() {
    local reason=$1 shell=$2
    shift 2
    run -5 --separate-stderr env -u NO_COLOR TERM=xterm bash -c "$shell" bash "$REIMPORT" "$@"
    assert_contains "$stderr" "cannot write to standard output, so the report is not whole; what was done stays done: $reason"
}

@test "why a report cannot be written" {
    local format unread=$BATS_TEST_TMPDIR/unread
    mkfifo "$unread"
    start_asker "$(default_python)"
    for format in --verbose --json; do
        lost "No space left on device" '"$@" >/dev/full' $format --status --pid "$PID"
        lost "Bad file descriptor" '"$@" >&-' $format --status --pid "$PID"
        lost "Broken pipe" "exec 8<>$unread 9>$unread 8>&-; \"\$@\" >&9" $format --status --pid "$PID"
    done
    assert_serving
}
