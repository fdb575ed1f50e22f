# --code-only beside the cases of tests/cases/codeonly: with the command's other options, and refused.
load ../helpers

setup() {
    APP=$BATS_TEST_TMPDIR/app
    mkdir "$APP"
    write_shop 1 'return "one"'
    touch -d '1 hour ago' "$APP/shop.py" # bytecode tells an edit within the same second by the size alone
}

write_shop() { # LIMIT BODY [LINE]...
    {
        printf '%s\n' "${@:3}" 'import os' 'os.environ["RAN"] = os.environ.get("RAN", "") + "x"' "LIMIT = $1" \
            'class Shop:' '    def serve(self):' "        $2" 'shop = Shop()' 'def total(): return LIMIT'
    } >"$APP/shop.py"
}

start_shop() {
    start_asker "${1:-$(default_python)}" "$APP"
    ask 'import shop; held = shop.shop.serve'
}

modules_modified() {
    reimport --json --status --pid "$PID" | jq -c .modified
}

@test "the code is swapped, and the top level does not run" {
    start_shop
    write_shop 2 'return "two"'
    run -0 --separate-stderr reimport --code-only --pid "$PID" shop
    assert_contains "$output" '1 module reimported, code only'
    assert_contains "$output" 'shop  1 function updated'
    assert_contains "$output" "its source has what swapping code cannot carry:
      constant  LIMIT"
    assert_answer 'held(), shop.LIMIT, os.environ["RAN"]' "('two', 1, 'x')"
}

@test "a source with a long elif" {
    start_shop
    write_shop 2 'return "two"' 'z = 1' 'if z == 0: pass' "$(printf 'elif z == %d: pass\n' {1..600})"
    run -0 --separate-stderr reimport --code-only --pid "$PID" shop
    assert_contains "$output" 'shop  1 function updated'
    assert_contains "$output" 'constant  LIMIT'
    assert_answer 'held()' "'two'"
}

@test "code that only moved is told as such" {
    start_shop
    write_shop 1 'return "one"' '' ''
    run -0 --separate-stderr reimport -c --pid "$PID" shop
    assert_contains "$output" 'shop  new places in the source for 2 functions'
    [[ $output != *"cannot carry"* ]]
    assert_answer 'held.__code__.co_firstlineno' 7
}

@test "without a change there is nothing to swap, and nothing to take back" {
    start_shop
    run -0 --separate-stderr reimport -c --pid "$PID" shop
    assert_contains "$output" 'no code changed'
    run -0 --separate-stderr reimport -c --json --pid "$PID" shop
    assert_same '["unchanged",false]' "$(jq -c '[.result, .changed]' <<<"$output")"
    run -1 --separate-stderr reimport --undo --pid "$PID"
}

@test "--dry-run lists the functions and what cannot be carried, and changes nothing" {
    start_shop
    write_shop 2 'return "two"'
    run -0 --separate-stderr reimport -c --dry-run --json --pid "$PID" shop
    assert_same '["unchanged",false,["Shop.serve"],[{"what":"constant","name":"LIMIT"}]]' \
        "$(jq -c '[.result, .changed, .modules[0].functions.updated, .modules[0].beyond]' <<<"$output")"
    assert_answer 'held()' "'one'"
    run -1 --separate-stderr reimport --undo --pid "$PID"
}

@test "--undo puts the code back, and again; --status knows" {
    start_shop
    write_shop 1 'return "two"'
    run -0 --separate-stderr reimport -c --pid "$PID" shop
    run -0 --separate-stderr reimport --status --pid "$PID"
    assert_contains "$output" 'last reimported, code only'
    run -0 --separate-stderr reimport --undo --pid "$PID"
    assert_answer 'held()' "'one'"
    assert_same '["shop"]' "$(modules_modified)"
    run -0 --separate-stderr reimport --undo --pid "$PID"
    assert_answer 'held()' "'two'"
}

@test "--modified finds the module, and not again if there was nothing but code" {
    start_shop
    write_shop 1 'return "two"'
    run -0 --separate-stderr reimport -c --json --pid "$PID" --modified "$APP"
    assert_same '[["shop",["Shop.serve"]]]' "$(jq -c '[.modules[] | [.name, .functions.updated]]' <<<"$output")"
    assert_answer 'held()' "'two'"
    assert_same '[]' "$(modules_modified)"
}

@test "--modified finds it again if a constant was left, after a full reimport, too" {
    start_shop
    write_shop 2 'return "two"'
    run -0 --separate-stderr reimport --pid "$PID" shop
    assert_same '[]' "$(modules_modified)"
    write_shop 3 'return "three"'
    run -0 --separate-stderr reimport -c --pid "$PID" --modified "$APP"
    assert_answer 'held(), shop.LIMIT' "('three', 2)"
    assert_same '["shop"]' "$(modules_modified)"
    run -0 --separate-stderr reimport --pid "$PID" --modified "$APP"
    assert_answer 'held(), shop.LIMIT' "('three', 3)"
}

@test "a syntax error, a module that is no Python source, options that contradict it" {
    start_shop
    write_shop 2 'return ('
    run -1 --separate-stderr reimport -c --pid "$PID" shop
    assert_contains "$stderr" 'SyntaxError'
    assert_answer 'held()' "'one'"
    run -1 --separate-stderr reimport -c --pid "$PID" sys
    assert_contains "$stderr" 'built into the interpreter'
    run -2 --separate-stderr reimport -c --undo --pid "$PID"
    run -2 --separate-stderr reimport -c --status --pid "$PID"
}

@test "a whole package, with a namespace package and an empty module" {
    mkdir -p "$APP/pack/names"
    printf 'from . import a\nimport pack.names.b, pack.empty\n' >"$APP/pack/__init__.py"
    printf 'def f(): return "one"\n' | tee "$APP/pack/a.py" >"$APP/pack/names/b.py"
    : >"$APP/pack/empty.py"
    start_asker "$(default_python)" "$APP"
    ask 'import pack; a, b = pack.a.f, pack.names.b.f'
    printf 'def f(): return "two"\n' | tee "$APP/pack/a.py" >"$APP/pack/names/b.py"
    run -0 --separate-stderr reimport -c --json --pid "$PID" pack
    assert_same '["pack","pack.a","pack.empty","pack.names","pack.names.b"]' "$(jq -c '[.modules[].name] | sort' <<<"$output")"
    assert_answer 'a(), b()' "('two', 'two')"
}

@test "a module that is on disk no more stays, and is named" {
    mkdir "$APP/pack"
    : >"$APP/pack/__init__.py"
    printf 'def f(): return "one"\n' | tee "$APP/pack/a.py" >"$APP/pack/b.py"
    start_asker "$(default_python)" "$APP"
    ask 'import pack.a, pack.b; a, b = pack.a.f, pack.b.f'
    printf 'def f(): return "two"\n' >"$APP/pack/a.py"
    rm "$APP/pack/b.py"
    run -0 --separate-stderr reimport -c --json --pid "$PID" pack
    assert_same '[{"what":"removed module","name":"pack.b"}]' "$(jq -c '.modules[] | select(.name == "pack") | .beyond' <<<"$output")"
    assert_answer 'a(), b(), pack.b.f is b' "('two', 'one', True)"
}

@test "a function with the globals of another module follows its own source" {
    mkdir "$APP/one" "$APP/two"
    printf 'NAME = "one"\ndef f(): return "before", NAME\n' >"$APP/one/__init__.py"
    printf 'import types, one\nNAME = "two"\ncopy = types.FunctionType(one.f.__code__, globals())\ndef f(): return "before"\n' \
        >"$APP/two/__init__.py"
    start_asker "$(default_python)" "$APP"
    ask 'import two, one'
    sed -i 's/before/after/' "$APP/one/__init__.py" "$APP/two/__init__.py"
    run -0 --separate-stderr reimport -c --json --pid "$PID" one two
    assert_answer 'one.f(), two.f(), two.copy()' "(('after', 'one'), 'after', ('after', 'two'))"
    assert_same '[["one",2],["two",1]]' "$(jq -c '[.modules[] | [.name, .swapped]]' <<<"$output")"
}

@test "__main__, whose guarded block goes on" {
    local main=$BATS_TEST_TMPDIR/main.py
    write_main() {
        printf '%s\n' "$@" 'import os, runpy, sys' "def version(): return '${#@}'" \
            'if __name__ == "__main__":' '    sys.argv[1:] = []' \
            "    exec(compile(open('$TESTS/targets/ask.py').read(), 'ask.py', 'exec'))" >"$main"
    }
    write_main
    start_target "$(default_python)" "$main"
    write_main '# a line' '# another'
    run -0 --separate-stderr reimport -c --json --pid "$PID" __main__
    assert_same '["version"]' "$(jq -c '.modules[0].functions.updated' <<<"$output")"
    assert_answer 'sys.modules["__main__"].version()' "'2'"
}

@test "a running loop goes on in its old code, and is reported" {
    start_shop
    printf 'import time\ndef once(): return 1\ndef loop():\n    while once(): time.sleep(0.01)\n    return "old"\n' >"$APP/loop.py"
    ask 'import loop, concurrent.futures; pool = concurrent.futures.ThreadPoolExecutor(1); result = pool.submit(loop.loop)'
    printf 'import time\ndef once(): return 0\ndef loop():\n    while once(): time.sleep(0.01)\n    return "new"\n' >"$APP/loop.py"
    run -0 --separate-stderr reimport -c --json --pid "$PID" loop
    assert_same '["frame","loop",4]' "$(jq -c '.stale[] | select(.function == "loop") | [.kind, .function, .line]' <<<"$output")"
    assert_answer 'result.result(10), loop.loop()' "('old', 'new')"
}

@test "no Python keeps a name in sys.modules, and none loses one" {
    local python names
    while read -r python; do
        write_shop 1 'return "one"'
        start_asker "$python" "$APP" || fail "$python"
        ask 'import shop; held = shop.shop.serve'
        names=$(module_names)
        write_shop 2 'return "two"'
        run -0 --separate-stderr reimport -c --pid "$PID" shop
        assert_same "$names" "$(module_names)"
        assert_answer 'held()' "'two'"
        stop_target
    done < <(pythons | grep -v '@') # those in another root see no file of this test
}
