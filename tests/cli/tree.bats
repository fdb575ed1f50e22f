# --tree: a server and all its workers, in one go.
load ../helpers

setup() {
    APP=$BATS_TEST_TMPDIR/app
    mkdir -p "$APP"
    write_version 1
    cp "$TESTS/targets/workers.py" "$APP"
    start_asker "$(default_python)" "$APP"
    ask 'import version'
    ask 'import workers'
}

write_version() { # write_version N [MODULE]
    printf 'def first():\n    return "%s"\n' "$1" >"$APP/${2:-version}.py.new"
    mv "$APP/${2:-version}.py.new" "$APP/${2:-version}.py"
}

teardown() {
    for worker in ${WORKERS:-}; do kill -KILL "$worker" 2>/dev/null || :; done
    stop_targets
    checks_held
}

worker() { # worker NAME [MODULE]
    WORKERS+=" $(ask "workers.start('$BATS_TEST_TMPDIR/$1', '${2:-version}')")"
    wait_for is_in "$1" 1
}

is_in() { # is_in NAME VERSION
    [ "$(cat "$BATS_TEST_TMPDIR/$1" 2>/dev/null)" = "$2" ]
}

@test "a server and its workers, parents first; what is not Python is passed over" {
    worker a
    worker b
    ask 'import subprocess; p = subprocess.Popen(["sleep", "600"])'
    WORKERS+=" $(ask p.pid)"
    write_version 2
    run -0 --separate-stderr reimport --json --tree --pid "$PID" version
    assert_same "$PID $(cut -d' ' -f1-3 <<<"$WORKERS" | xargs -n1 | sort -n | xargs)" \
        "$(jq -s -r '([.[0].pid] + ([.[1:][].pid] | sort)) | join(" ")' <<<"$output")"
    [ "$(jq -s -r 'map(.result) | unique | join(" ")' <<<"$output")" = reimported ]
    wait_for is_in a 2
    wait_for is_in b 2
    assert_answer 'version.first()' "'2'"
    assert_serving
}

@test "a module that only the workers have loaded" {
    write_version 1 lazy
    worker a lazy
    write_version 2 lazy
    run -0 --separate-stderr reimport --tree --pid "$PID" lazy
    assert_contains "${lines[0]}" "nothing to do: not loaded here: lazy"
    assert_contains "$output" "1 module reimported"
    wait_for is_in a 2
    assert_answer '"lazy" in sys.modules' False
}

@test "a path from which only the workers have loaded something" {
    mkdir "$APP/more"
    printf 'def first():\n    return "1"\n' >"$APP/more/lazy.py"
    ask "sys.path.insert(0, '$APP/more')"
    worker a lazy
    printf 'def first():\n    return "2"\n' >"$APP/more/lazy.py"
    run -0 reimport --tree --pid "$PID" --modified "$APP/more"
    wait_for is_in a 2
}

@test "a module that nothing in the tree has loaded: near names, and nothing is changed" {
    worker a
    write_version 2
    run -1 --separate-stderr reimport --tree --pid "$PID" version versoin
    assert_contains "$stderr" "module 'versoin' is not loaded; did you mean 'version'?"
    [ -z "$output" ]
    assert_answer 'version.first()' "'1'"
    is_in a 1
}

@test "one that would refuse keeps all as they were" {
    worker a
    echo 'def first(:' >"$APP/version.py"
    run -1 --separate-stderr reimport --tree --pid "$PID" version
    assert_contains "$stderr" "SyntaxError"
    assert_contains "$stderr" "nothing was changed in any process"
    assert_answer 'version.first()' "'1'"
    is_in a 1
}

@test "a wrapper that is no Python itself" {
    local wrapper
    printf '%s\n' 'import os, sys, time, version' 'while True: version.first(); time.sleep(0.01)' >"$APP/main.py"
    # the shell waits for its child: there is something left to do
    sh -c '"$0" "$1"; :' "$(default_python)" "$APP/main.py" 3>&- &
    wrapper=$!
    WORKERS+=" $wrapper"
    has_child() { pgrep -P "$wrapper" -f main.py >/dev/null; }
    wait_for has_child
    WORKERS+=" $(pgrep -P "$wrapper")"
    loaded() { reimport -q --tree --dry-run --pid "$wrapper" version 2>/dev/null; }
    wait_for loaded
    write_version 2
    run -0 --separate-stderr reimport --json --tree --pid "$wrapper" version
    assert_same "$(pgrep -P "$wrapper") reimported" "$(jq -r '"\(.pid) \(.result)"' <<<"$output")"
}

@test "a tree without any Python" {
    sleep 600 3>&- &
    WORKERS+=" $!"
    run -3 --separate-stderr reimport --tree --pid $! version
    assert_contains "$stderr" "PID $!: it is not a Python process"
}

@test "undo and status go to all of them too" {
    worker a
    write_version 2
    reimport -q --tree --pid "$PID" version
    wait_for is_in a 2
    run -0 reimport --json --tree --pid "$PID" --status
    [ "$(jq -s 'map(.last.op) | unique | join(" ")' <<<"$output")" = '"reimport"' ]
    run -0 reimport --tree --pid "$PID" --undo
    wait_for is_in a 1
    assert_answer 'version.first()' "'1'"
}
