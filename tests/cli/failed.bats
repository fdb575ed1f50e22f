# What fails in the process: status 1, Python's own words, and the process is as it was. What ends in
# the middle: status 4 or 5.
load ../helpers

setup() {
    APP=$BATS_TEST_TMPDIR/app
    mkdir -p "$APP/shop"
    : >"$APP/shop/__init__.py"
    printf 'STATE = []\n\n\ndef index():\n    return 1\n' >"$APP/shop/handlers.py"
    start_asker "$(default_python)" "$APP"
    ask 'import shop.handlers; held = shop.handlers.index; STATE = shop.handlers.STATE'
    # what a process keeps of the first thread it ever starts: a stack and an arena of malloc's, and
    # glibc's handler of its own signal
    ask 'import _thread; done = _thread.allocate_lock(); done.acquire()'
    ask '_thread.start_new_thread(lambda: (bytearray(5000), done.release()), ())' >/dev/null
    ask 'done.acquire()' >/dev/null
    wait_for one_thread
    BEFORE=$(everything)
}

one_thread() {
    [ "$(thread_count)" = 1 ]
}

# All that is to be as it was.
everything() {
    outside_state
    module_names
    ask '[sorted(vars(m).items(), key=str) for n, m in sorted(sys.modules.items()) if n.split(".")[0] == "shop"]'
}

teardown() {
    stop_targets
    checks_held
}

# failed STATUS TEXT ARG...: one run of the command.
failed() {
    local status=$1 text=$2
    shift 2
    run "-$status" --separate-stderr reimport --pid "$PID" "$@"
    [ -z "$output" ] || fail "on standard output: $output"
    [[ $stderr == "reimport: PID $PID: "*"; "* ]] || fail "$stderr"
    assert_contains "$stderr" "$text"
}

assert_as_before() {
    assert_serving
    assert_same "$BEFORE" "$(everything)"
    assert_answer 'held(), held is shop.handlers.index, STATE is shop.handlers.STATE' '(1, True, True)'
}

write_handlers() {
    cat >"$APP/shop/handlers.py"
}

@test "a module that is not loaded: near names are suggested" {
    failed 1 "shop.handler" shop.handler
    assert_contains "$stderr" "shop.handlers"
    assert_as_before
    failed 1 "ValueError" nothing_like_this_anywhere
    assert_as_before
}

@test "an extension module" {
    failed 1 "cannot reimport 'sys': it is built into the interpreter" sys
    assert_as_before
    ask 'import _ctypes'
    BEFORE=$(everything)
    failed 1 "cannot reimport '_ctypes': it is an extension module" _ctypes
    assert_as_before
}

@test "a syntax error: file, line and caret, as Python prints them" {
    write_handlers <<<$'def index():\n    return (1'
    failed 1 "SyntaxError" shop.handlers
    local expected
    expected=$("$(default_python)" -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' \
        "$APP/shop/handlers.py" 2>&1 | grep -A9 -F "$APP/shop/handlers.py")
    [ -n "$expected" ]
    assert_same "$expected" "$(tail -n +2 <<<"$stderr" | grep -A9 -F "$APP/shop/handlers.py")"
    assert_as_before
}

@test "a source that is not text" {
    printf 'x = "\xff"\n' >"$APP/shop/handlers.py"
    failed 1 "SyntaxError" shop.handlers
    assert_as_before
}

@test "an exception in the import: its traceback" {
    write_handlers <<<$'STATE = {}\ndef index():\n    return 2\nraise LookupError("no such table")'
    failed 1 "LookupError: no such table" shop.handlers
    assert_contains "$stderr" "Traceback (most recent call last):"
    assert_contains "$stderr" "File \"$APP/shop/handlers.py\", line 4, in <module>"
    assert_contains "$stderr" $'\nLookupError: no such table'
    assert_as_before
}

@test "KeyboardInterrupt and SystemExit in the import" {
    local exception
    for exception in KeyboardInterrupt SystemExit; do
        write_handlers <<<"raise $exception"
        failed 1 $exception shop.handlers
        assert_as_before
    done
}

@test "a top level that needs the main thread" {
    write_handlers <<<$'import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)'
    failed 1 "ValueError: signal only works in main thread" shop.handlers
    assert_answer 'held(), held is shop.handlers.index, STATE is shop.handlers.STATE' '(1, True, True)'
    assert_serving
}

@test "a name of __all__ that is missing" {
    write_handlers <<<$'__all__ = ["index", "gone"]\ndef index():\n    return 2'
    failed 1 AttributeError shop.handlers
    assert_contains "$stderr" gone
    assert_as_before
}

@test "a module whose source is gone" {
    rm "$APP/shop/handlers.py"
    failed 1 shop.handlers shop.handlers
    assert_as_before
}

@test "--modified with a path below which nothing is loaded" {
    mkdir "$APP/other"
    failed 1 "$APP/other" --modified "$APP/other"
    assert_as_before
    failed 1 "/no/such/path" --modified /no/such/path
    assert_as_before
}

@test "one module of several that fails: none is changed" {
    write_handlers <<<$'def index():\n    return 2'
    printf 'x = 1\n' >"$APP/shop/other.py"
    ask 'import shop.other'
    BEFORE=$(everything)
    printf 'x = 2\n1 / 0\n' >"$APP/shop/other.py"
    failed 1 ZeroDivisionError shop.handlers shop.other
    assert_as_before
    assert_answer shop.other.x 1
}

@test "--dry-run compiles, and changes nothing" {
    write_handlers <<<$'def index():\n    return 2'
    run -0 --separate-stderr reimport --dry-run --pid "$PID" shop.handlers
    assert_contains "$output" "1 module would be reimported; nothing was changed"
    assert_contains "$output" "shop.handlers"
    assert_as_before
    write_handlers <<<$'def index(:'
    failed 1 SyntaxError --dry-run shop.handlers
    assert_as_before
}

@test "the error in JSON" {
    write_handlers <<<$'raise LookupError("\033[31mred\u202e\x7f")'
    run -1 --separate-stderr reimport --json --pid "$PID" shop.handlers
    [[ $output != *$'\033'* && $output != *$'\x7f'* && $stderr != *$'\033'* && $stderr != *$'\u202e'* ]]
    jq -e --arg file "$APP/shop/handlers.py" '.result == "failed" and .changed == false
        and .error.type == "LookupError" and .error.message == "\u001b[31mred\u202e\u007f"
        and (.error.traceback | contains($file))' <<<"$output"
    assert_as_before
}

@test "a top level that takes too long: status 4, and it can never take effect" {
    write_handlers <<<$'import time\nwhile True:\n    time.sleep(0.01)\n'
    failed 4 "" --timeout 1 shop.handlers
    assert_contains "$stderr" "nothing was changed"
    assert_serving
    assert_answer 'held(), held is shop.handlers.index' '(1, True)'
}

# interrupt SIGNAL: while the new top level runs.
interrupt() {
    local command
    write_handlers <<<$'import os, time\nopen(os.path.dirname(__file__) + "/begun", "w").close()\ntime.sleep(5)\n'
    rm -f "$APP/shop/begun"
    # a background job of a shell ignores SIGINT
    env --default-signal=INT,TERM,HUP "$REIMPORT" --json --pid "$PID,$$" shop.handlers \
        >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    command=$!
    wait_for test -e "$APP/shop/begun"
    kill "-$1" $command
    status=0
    wait $command || status=$?
    [ $status = 4 ] || fail "status $status: $(cat "$BATS_TEST_TMPDIR/err")"
    assert_contains "$(cat "$BATS_TEST_TMPDIR/err")" "nothing was changed"
    assert_same "timeout InterruptedError
timeout InterruptedError" "$(jq -r '"\(.result) \(.error.type)"' "$BATS_TEST_TMPDIR/out")"
    assert_contains "$(cat "$BATS_TEST_TMPDIR/err")" "PID $$: interrupted before it was begun"
    assert_serving
    assert_answer 'held(), held is shop.handlers.index' '(1, True)'
}

@test "a signal is a withdrawal; the processes after that are left alone" {
    local signal
    for signal in INT TERM HUP; do
        interrupt $signal
    done
}

@test "the process ends in the middle: status 5" {
    write_handlers <<<$'import os\nos._exit(0)'
    run -5 --separate-stderr reimport --pid "$PID" shop.handlers
    [[ $stderr == "reimport: PID $PID: "* ]]
    run -3 --separate-stderr reimport --pid "$PID" shop.handlers
}

@test "of several processes, the largest status" {
    local first=$PID other=$BATS_TEST_TMPDIR/other
    write_handlers <<<$'def index():\n    return 2'
    mkdir -p "$other/shop"
    : >"$other/shop/__init__.py"
    start_asker -n other "$(default_python)" "$other"
    run -1 --separate-stderr reimport --json --pid "$first,$PID" shop.handlers
    assert_same $'reimported\nfailed' "$(jq -r .result <<<"$output")"
    use_target target
    assert_answer 'held()' 2
    use_target other
    assert_serving
}
