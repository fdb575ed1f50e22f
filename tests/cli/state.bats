# Module-level state across a reimport: the recipe of the README, word for word, and __reimported__'s
# other outcomes.
load ../helpers

setup() {
    APP=$BATS_TEST_TMPDIR/app
    mkdir "$APP"
}

# The README's first Python example.
recipe() {
    sed -n '/^```python$/,/^```$/p' "$PROJECT/README.md" | sed '1d; /^```$/,$d'
}

write_shop() { # VERSION
    {
        printf 'import threading\n\n\nclass Pool:\n    def __init__(self):\n        self.open = []\n\n\n'
        recipe
        printf '\n\ndef version():\n    return %s\n' "$1"
    } >"$APP/shop.py"
}

start_shop() {
    write_shop 1
    start_asker "$(default_python)" "$APP"
    ask 'import shop; cache, pool, lock = shop.cache, shop.connections, shop.lock'
    ask 'shop.served = 7; cache["key"] = "value"; pool.open.append("connection"); lock.acquire()' >/dev/null
}

@test "a cache, a connection pool, a lock and a counter are carried over" {
    grep -q 'def __reimported__(old):' <<<"$(recipe)"
    start_shop
    write_shop 2
    run -0 --separate-stderr reimport --json --pid "$PID" shop
    assert_same true "$(jq -r '.modules[0].callback' <<<"$output")"
    assert_answer 'shop.version(), shop.served, shop.cache' "(2, 7, {'key': 'value'})"
    assert_answer 'shop.connections is pool, shop.lock is lock, shop.lock.locked()' '(True, True, True)'
    assert_answer 'type(pool) is shop.Pool' True
}

@test "without it, state is what the new top level made" {
    start_shop
    write_shop 2
    sed -i 's/__reimported__/something_else/' "$APP/shop.py"
    run -0 --separate-stderr reimport --json --pid "$PID" shop
    assert_same null "$(jq -r '.modules[0].callback' <<<"$output")"
    assert_answer 'shop.version(), shop.served, shop.cache, shop.lock.locked()' "(2, 0, {}, False)"
}

@test "if it returns a false value, the new module takes the old one's place as it is" {
    start_shop
    ask 'old, held = shop, shop.version'
    write_shop 2
    sed -i 's/return True/return False/' "$APP/shop.py"
    run -0 --separate-stderr reimport --pid "$PID" shop
    assert_contains "$output" "its __reimported__ returned false: the new module took its place as it is"
    assert_answer 'sys.modules["shop"].version(), held(), old.version()' '(2, 1, 1)'
    assert_answer 'sys.modules["shop"] is old' False
}

@test "if it raises, that is printed, and reported, and the reimport goes on" {
    start_shop
    write_shop 2
    sed -i 's/^    return True/    raise LookupError("no such pool")/' "$APP/shop.py"
    run -0 --separate-stderr reimport --pid "$PID" shop
    assert_contains "$output" "its __reimported__ raised: LookupError: no such pool"
    assert_contains "$(cat "${TARGET_LOG[target]}")" "LookupError: no such pool"
    assert_answer 'shop.version()' 2
}
