# The report of what was done, as a person and as a program reads it.
load ../helpers

setup() {
    APP=$BATS_TEST_TMPDIR/app
    mkdir -p "$APP"
    cat >"$APP/shop.py" <<'END'
import time


def index():
    return 1


def gone():
    return 1


def wait(lock):
    lock.acquire()
    return 1


class Cart:
    kind = 1

    def total(self):
        return 1
END
    start_asker "$(default_python)" "$APP"
    ask 'import shop, _thread; lock = _thread.allocate_lock(); lock.acquire(); cart = shop.Cart()'
}

edit() {
    sed -i -e 's/return 1/return 2/' -e 's/kind = 1/kind = 2/' -e 's/^def gone/def fresh/' "$APP/shop.py"
}

@test "text: what changed, what still runs old code, times" {
    ask '_thread.start_new_thread(shop.wait, (lock,))' >/dev/null
    wait_for test "$(thread_count)" = 2
    edit
    run -0 --separate-stderr reimport --pid "$PID" shop
    [ -z "$stderr" ]
    assert_contains "${lines[0]}" "PID $PID (Python "
    assert_contains "${lines[0]}" "): 1 module reimported"
    assert_contains "${lines[1]}" "  shop  3 functions updated, 1 added, 1 removed; 1 class updated"
    assert_contains "$output" "1 place still runs old code"
    assert_contains "$output" "wait  $APP/shop.py:13"
    [[ ${lines[-1]} == "  ms: stopped "* ]]
    [[ $output != *$'\033'* ]]
    assert_answer 'shop.index(), cart.total(), shop.fresh()' '(2, 2, 2)'
    ask 'lock.release()'
}

@test "--verbose names functions and classes" {
    edit
    run -0 --separate-stderr reimport -v --pid "$PID" shop
    assert_contains "$output" "    $APP/shop.py"
    assert_contains "$output" "    ~ index  function"
    assert_contains "$output" "    + fresh  function"
    assert_contains "$output" "    - gone  function"
    assert_contains "$output" "    ~ Cart  class"
}

@test "--quiet says nothing" {
    edit
    run -0 --separate-stderr reimport -q --pid "$PID" shop
    [ -z "$output$stderr" ]
    assert_answer 'shop.index()' 2
}

@test "JSON: all keys, with their types" {
    edit
    run -0 --separate-stderr reimport -j --pid "$PID" shop
    [ "${#lines[@]}" = 1 ]
    jq -e --argjson pid "$PID" --arg file "$APP/shop.py" '.pid == $pid
        and (.python | test("^3\\.[0-9]+\\.[0-9]+"))
        and .result == "reimported" and .changed == true and .error == null
        and (.modules | length == 1) and .modules[0].name == "shop" and .modules[0].file == $file
        and (.modules[0].functions | map_values(sort)
             | .updated == ["Cart.total", "index", "wait"] and .added == ["fresh"] and .removed == ["gone"])
        and .modules[0].classes == {"updated": ["Cart"], "added": [], "removed": []}
        and (.references.switched | type == "number") and .references.left == []
        and .stale == []
        and (.times_ms | keys == ["gil_wait", "import", "pause", "stopped", "total"] and all(. >= 0))' <<<"$output"
}

@test "--modified: what is loaded is what is on disk; then what was edited" {
    run -0 --separate-stderr reimport --pid "$PID" --modified "$APP"
    assert_contains "$output" "nothing to do"
    edit
    run -0 --separate-stderr reimport -j --pid "$PID" --modified "$APP"
    assert_same shop "$(jq -r '.modules[].name' <<<"$output")"
    assert_answer 'shop.index()' 2
    run -0 --separate-stderr reimport -j --pid "$PID" --modified "$APP"
    assert_same "unchanged false" "$(jq -r '"\(.result) \(.changed)"' <<<"$output")"
}

@test "--modified takes relative paths from the working directory" {
    edit
    cd "$BATS_TEST_TMPDIR"
    run -0 --separate-stderr reimport -j --pid "$PID" --modified app
    assert_same shop "$(jq -r '.modules[].name' <<<"$output")"
}

@test "colour on a terminal that wants it, and only there" {
    local report
    edit
    on_terminal() { # NAME=VALUE...: the report, as a terminal gets it
        env -u NO_COLOR TERM=xterm "$@" script -qec "$REIMPORT --dry-run --pid $PID shop" /dev/null </dev/null
    }
    need script
    report=$(on_terminal)
    [[ $report == *$'\033[1m'*shop* ]] || fail "no colour: $report"
    for wish in NO_COLOR=1 TERM=dumb TERM=; do
        report=$(on_terminal $wish)
        [[ $report != *$'\033['* ]] || fail "colour in spite of $wish: $report"
    done
    report=$(env -u NO_COLOR TERM=xterm "$REIMPORT" --dry-run --pid "$PID" shop)
    [[ $report != *$'\033['* ]] || fail "colour in a file: $report"
}

@test "properties, classmethods, what functools wraps: those that come and go are named" {
    printf '%s\n' 'import functools, operator' 'class Cart:' '    def total(self): return 1' \
        '    @staticmethod' '    def gone(): return 1' \
        '    @property' '    def kept(self): return 1' \
        '    def turned(self): return 1' \
        'def wrapped(): return 1' '@functools.lru_cache(None)' 'def bare(): return 1' >"$APP/cart.py"
    ask 'import cart'
    printf '%s\n' 'import functools, operator' 'class Cart:' '    def total(self): return 1' \
        '    @property' '    def fresh(self): return 1' \
        '    @classmethod' '    def make(cls): return cls()' \
        '    def __new__(cls): return object.__new__(cls)' \
        '    @property' '    def kept(self): return 1' \
        '    @kept.setter' '    def kept(self, value): pass' \
        '    def turned(self): return 1' \
        '@functools.lru_cache(None)' 'def cached(): return 1' \
        '@functools.lru_cache(None)' 'def wrapped(): return 1' 'def bare(): return 1' >"$APP/cart.py"
    run -0 --separate-stderr reimport -j --pid "$PID" cart
    assert_same '[["bare","wrapped"],["Cart.__new__","Cart.fresh","Cart.kept","Cart.make","cached"],["Cart.gone"],[]]' \
        "$(jq -c '.modules[0] | [(.functions.updated | sort), (.functions.added | sort), .functions.removed, .classes.updated]' <<<"$output")"
    run -0 --separate-stderr reimport -j --undo --pid "$PID"
    assert_same '["Cart"]' "$(jq -c '.modules[0].classes.updated' <<<"$output")"
}

@test "a wrapper that is not told by its function is its class's change" {
    printf '%s\n' 'import operator' 'class Cart:' '    def turned(self): return 1' \
        'class Gone:' '    first = property(operator.itemgetter(0))' \
        'class Same:' '    first = property(operator.itemgetter(0))' >"$APP/cart.py"
    ask 'import cart'
    printf '%s\n' 'import operator' 'class Cart:' '    @property' '    def turned(self): return 1' \
        'class Gone: pass' \
        'class Same:' '    first = property(operator.itemgetter(0))' >"$APP/cart.py"
    run -0 --separate-stderr reimport -j --pid "$PID" cart
    assert_same '[{"updated":[],"added":[],"removed":[]},["Cart","Gone"]]' \
        "$(jq -c '.modules[0] | [.functions, (.classes.updated | sort)]' <<<"$output")"
}
