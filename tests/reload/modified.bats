# --modified on processes that nobody prepared: what is on disk is, or is not, what is loaded. Each test
# attaches for the first time, on several versions.
# bats file_tags=slow
load ../helpers

setup() {
    APP=$(realpath "$BATS_TEST_TMPDIR")/app
    OPTIONS=()
}

# make_app [DIRECTORY [NUMBER]]: a package whose files are a day old.
make_app() {
    local dir=${1:-$APP} number=${2:-1}
    [ -d "$dir/shop" ] || mkdir -p "$dir/shop"
    echo 'from .cart import total' >"$dir/shop/__init__.py"
    local text
    read -rd '' text <<END || :
"""Adds up."""

import functools

LIMIT = $number
RATES = {"low": 1, "high": 2}


def deco(text):
    def inner(f):
        return f

    return inner


@deco("first")
def total(items=(1, 2)):
    return sum(items) * LIMIT


@functools.lru_cache(maxsize=8)
def cached():
    return 1


class Cart:
    """A cart."""

    size = 3

    def add(self):
        return 1
END
    printf '%s\n' "$text" >"$dir/shop/cart.py"
    echo 'TAX = 19' >"$dir/shop/tax.py"
    touch -d '1 day ago' "$dir"/shop/*.py
}

# start PYTHON [DIRECTORY]: loads it. The options -B and the like are in OPTIONS.
start() {
    start_target "$1" "${OPTIONS[@]}" "$TESTS/targets/ask.py" "${2:-$APP}"
    ask 'import shop, shop.tax' || return
}

# assert_modified NAME...: these are modified, and no others; said twice.
assert_modified() {
    local got i want=$*
    [ $# -lt 2 ] || want=$(printf '%s\n' "$@" | sort | paste -sd ' ')
    for i in 1 2; do
        got=$(reimport --json --dry-run --pid "$PID" --modified) || fail "exit status $?: $got" || return
        got=$(jq -r '[.modules[].name] | sort | join(" ")' <<<"$got")
        [ "$got" = "$want" ] || fail "visit $i: modified is '$got', not '$want'" || return
    done
}

edit() { # edit SCRIPT [FILE]: with sed, in place: another inode
    sed -i "$1" "${2:-$APP/shop/cart.py}"
}
overwrite() { # as edit, in the same inode
    local text
    text=$(sed "$1" "$APP/shop/cart.py"; echo .)
    printf %s "${text%.}" >"$APP/shop/cart.py"
}

# each TEST: on some interpreters, in a new directory each time.
each() {
    local python number=0 base=$APP
    for python in $(some_pythons); do
        echo "# $python"
        number=$((number + 1))
        APP=$base.$number
        make_app
        "$1" "$python" # not with ||, which would make its checks unable to fail
        stop_target
    done
}

nothing_done() {
    start "$1" && assert_modified
}
@test "nothing was done" { each nothing_done; }

# Every kind of change, in a process of its own each. But for `make soak` an interpreter takes one of EVERY
# changes, each another one: of two, all are seen; of six, a third.
edited() {
    local change turn=0
    for change in 's/LIMIT = 1/LIMIT = 2/' 's/"high": 2/"high": 3/' 's/sum(items)/len(items)/' \
        's/(1, 2)/(1, 3)/' 's/size = 3/size = 4/' 's/return 1$/return 2/' 's/"first"/"second"/' \
        's/maxsize=8/maxsize=9/' 's/Adds up/Sums up/' 's/A cart/One cart/' '/^RATES/d' \
        '$a NEW = 1' '$a def new(): pass' '$a \    weight = 2' '/^def total/i # a comment'; do
        turn=$((turn + 1))
        [ -n "${SOAK:-}" ] || [ $(((turn + ${APP##*.}) % ${EVERY:-2})) = 0 ] || continue
        make_app
        rm -rf "$APP/shop/__pycache__"
        start "$1" || return
        "${EDIT:-edit}" "$change"
        [ -z "${STAMP:-}" ] || touch -d "$STAMP" "$APP/shop/cart.py"
        [ -z "${REWRITE:-}" ] || rewrite "$1"
        assert_modified shop.cart || fail "$change" || return
        stop_target
    done
}
@test "an edit, as an editor that renames does it" { each edited; }
@test "an edit in place" { EVERY=6 EDIT=overwrite each edited; }
@test "a deploy that keeps old timestamps" { EVERY=6 STAMP='2 days ago' each edited; }

rewrite() { # another process writes the bytecode anew
    (cd "$APP" && "$1" -c 'import shop.cart, shop.tax')
}
@test "an edit, and another process has rewritten the bytecode since" { EVERY=6 REWRITE=1 each edited; }

@test "an edit, in a process that writes no bytecode" {
    export PYTHONDONTWRITEBYTECODE=1
    EVERY=6 each edited
    EVERY=6 EDIT=overwrite each edited
}

edited_and_back() {
    start "$1" || return
    edit 's/LIMIT = 1/LIMIT = 2/'
    assert_modified shop.cart || return
    edit 's/LIMIT = 2/LIMIT = 1/'
    assert_modified || return
}
@test "edited and saved back as it was" { each edited_and_back; }
@test "edited and saved back, without bytecode" {
    export PYTHONDONTWRITEBYTECODE=1
    # what decorators were given leaves no trace then
    make_plain() { sed -i '/^@/d' "$APP/shop/cart.py"; }
    plain_and_back() {
        make_plain
        edited_and_back "$1"
    }
    each plain_and_back
}

touched() {
    start "$1" || return
    touch "$APP"/shop/*.py
    assert_modified || return
    chmod 600 "$APP"/shop/*.py
    chmod 700 "$APP/shop"
    assert_modified || return
    # renamed away and back
    mv "$APP/shop/cart.py" "$APP/shop/cart.bak"
    mv "$APP/shop/cart.bak" "$APP/shop/cart.py"
    mv "$APP/shop" "$APP/shop.bak"
    mv "$APP/shop.bak" "$APP/shop"
    assert_modified || return
}
@test "touch, chmod and rename alone" { each touched; }
@test "touch, chmod and rename alone, without bytecode" {
    export PYTHONDONTWRITEBYTECODE=1
    each touched
}

# Written after the process has started, then loaded: as it is. Without bytecode, whose time would tell nothing.
loaded_late() {
    start "$1" || return
    cat >"$APP/shop/other.py" <<'END'
"""Of the other."""
__all__ = ["LIMIT", "total", "Cart", "drawn"]
LIMIT = 5
def total(): return 2
class Cart: size = 4
drawn = {"a": 2}
END
    cat >"$APP/shop/late.py" <<'END'
LIMIT = 1
drawn = {"a": 1}
def total(): return 1
class Cart: size = 3
if LIMIT:
    from .other import *
END
    cat >"$APP/shop/doc.py" <<'END'
"""Its own."""
import enum, sys
from .other import __doc__
__all__ = ["one"]
__all__.append("two")
TABLE = {"a": 1}
TABLE["a"] = 2
NESTED = {"a": {"b": 1}}
for value in NESTED.values(): value["b"] = 2
def one(): pass
def two(): pass
class Base:
    def __init_subclass__(cls): cls.size, cls.more = 5, 1
class Cart(Base):
    size = 3
class Meta(type):
    def __new__(meta, name, bases, members): return type.__new__(meta, name, bases, {**members, "size": 9})
def spread(cls):
    sys.modules[cls.__module__].__dict__.update(cls.__members__)
    return cls
class Base(enum.Enum):
    def __new__(cls, value):
        self = object.__new__(cls)
        self._value_ = [value]
        return self
@spread
class Color(Base):
    RED = 1
class Doubled(metaclass=Meta):
    size = 3
    global COUNT
    COUNT = 1
    if not size: __doc__ = "None of both."
class Replaced: pass
globals()["Replaced"] = 1
END
    cat >"$APP/shop/run.py" <<'END'
import sys
gone = 1
kept = 2
QUEUE = [1, 2]
def total(): return 1
def change():
    global gone, total
    del gone
    total = len
    sys.modules[__name__].more = 3
    sys.modules[__name__].kept = 3
    QUEUE.reverse()
END
    touch -r "$APP/shop/tax.py" "$APP"/shop/{other,late,doc,run}.py
    ask 'import shop.late, shop.doc, shop.run'
    assert_modified || return
    ask 'shop.run.change()'
    assert_modified || return
    touch "$APP"/shop/*.py
    assert_modified || return
    # of a value that the program has changed it cannot be seen; of the file it can
    edit 's/\[1, 2\]/[1, 3]/' "$APP/shop/run.py"
    assert_modified shop.run || return
    edit 's/LIMIT = 1/LIMIT = 2/' "$APP/shop/late.py"
    edit 's/"one"/"three"/' "$APP/shop/doc.py"
    assert_modified shop.doc shop.late shop.run
}
@test "written late and loaded as it is: what another import, a hook or the program changed says nothing" {
    export PYTHONDONTWRITEBYTECODE=1
    each loaded_late
}

deployed() {
    make_app "$APP.new"
    sed -i 's/LIMIT = 1/LIMIT = 5/' "$APP.new/shop/cart.py"
    find "$APP.new" -name '*.py' -exec touch -d '2 days ago' {} +
    start "$1" || return
    case $HOW in
    cp) cp -p "$APP.new"/shop/*.py "$APP/shop/" ;;
    cp-new) cp -p --remove-destination "$APP.new"/shop/*.py "$APP/shop/" ;;
    rsync) rsync -a "$APP.new/" "$APP/" ;;
    tar) tar -C "$APP.new" -c . | tar -C "$APP" -x ;;
    mv)
        mv "$APP" "$APP.old"
        mv "$APP.new" "$APP"
        ;;
    esac
    assert_modified shop.cart
}
@test "a deploy with cp -p, rsync -a, tar x or mv: what changed, and not the rest" {
    need rsync
    for HOW in cp cp-new rsync tar mv; do
        echo "# $HOW"
        APP=$(realpath "$BATS_TEST_TMPDIR")/$HOW
        each deployed
    done
}

same_size_and_time() {
    start "$1" || return
    touch -r "$APP/shop/cart.py" "$APP/stamp"
    overwrite 's/LIMIT = 1/LIMIT = 2/'
    touch -r "$APP/stamp" "$APP/shop/cart.py"
    assert_modified shop.cart
}
@test "another content of the same size, with the same time" { each same_size_and_time; }

switched() {
    make_app "$APP/1"
    make_app "$APP/2" 2
    sed -i 's/^TAX.*/TAX = 7/' "$APP/2/shop/tax.py"
    [ -z "${COMPILED:-}" ] || "$1" -m compileall -q "$APP/2"
    ln -sfn 1 "$APP/current"
    start "$1" "$APP/current" || return
    ln -s 2 "$APP/next"
    mv -T "$APP/next" "$APP/current"
    assert_modified shop.cart shop.tax || return
    # the directory as it is now, and the link, both name what is loaded
    run -0 reimport --json --pid "$PID" --modified "$APP/2/shop/tax.py"
    [ "$(jq -r '[.modules[].name] | join(" ")' <<<"$output")" = shop.tax ]
    assert_answer 'shop.tax.TAX' 7
    run -0 reimport --json --pid "$PID" --modified "$APP/current"
    [ "$(jq -r '[.modules[].name] | join(" ")' <<<"$output")" = shop.cart ]
    assert_modified
}
@test "a deploy that switches a link to another release" { each switched; }
@test "a deploy that switches a link to a release with bytecode" { COMPILED=1 each switched; }

ours() {
    start "$1" || return
    edit 's/"first"/"second"/; s/LIMIT = 1/LIMIT = 2/'
    run -0 reimport --json --pid "$PID" --modified "$APP"
    [ "$(jq -r '[.modules[].name] | join(" ")' <<<"$output")" = shop.cart ]
    assert_answer 'shop.cart.LIMIT' 2
    assert_modified || return
    touch "$APP/shop/cart.py"
    assert_modified || return
    edit 's/"second"/"third"/'
    assert_modified shop.cart || return
    edit 's/"third"/"second"/'
    assert_modified || return
    # by importlib: what we know of it is out of date
    edit 's/LIMIT = 2/LIMIT = 3/'
    ask 'import importlib; importlib.reload(shop.cart)' >/dev/null
    assert_modified
}
@test "after our own reimport" { each ours; }

forked() { # the worker of a server that had loaded the module before the file was edited
    start "$1" || return
    edit 's/LIMIT = 1/LIMIT = 2/'
    touch -d '1 hour ago' "$APP/shop/cart.py"
    ask 'import time'
    ask 'child = os.fork() or [os.close(0), os.close(1), time.sleep(100), os._exit(0)]'
    PID=$(ask child)
    assert_modified shop.cart || return
    kill "$PID"
    PID=${TARGET_PID[$TARGET]}
}
@test "a worker forked after the edit" { each forked; }

main_script() {
    cat >"$APP/main.py" <<'END'
import os
LIMIT = 1
print("ready", flush=True)
os.read(0, 1)
END
    start_target "$1" "$APP/main.py"
    assert_modified || return
    touch "$APP/main.py"
    assert_modified || return
    sed -i 's/LIMIT = 1/LIMIT = 2/' "$APP/main.py"
    assert_modified __main__
}
@test "the script that is running" { each main_script; }

moved() {
    start "$1" || return
    mkdir "$APP/shop/tax"
    mv "$APP/shop/tax.py" "$APP/shop/tax/__init__.py"
    assert_modified shop.tax || return
    run -0 reimport --pid "$PID" --modified
    assert_answer 'shop.tax.__file__' "'$APP/shop/tax/__init__.py'"
    assert_modified || return
    rm -r "$APP/shop/tax"
    assert_modified
}
@test "a module that became a package; one that is gone is not modified" { each moved; }

not_found() {
    local out
    start "$1" || return
    ask "made = sys.modules['made'] = type(sys)('made'); made.__file__ = '$APP/of_made.py'" || return
    ask "import importlib.util as u; spec = u.spec_from_file_location('conf', '$APP/the.conf.py')" || return
    echo 'def f(): return 1' | tee "$APP/of_made.py" >"$APP/the.conf.py"
    ask "conf = sys.modules['conf'] = u.module_from_spec(spec); spec.loader.exec_module(conf)" || return
    ask "exec(compile(open(made.__file__).read(), made.__file__, 'exec'), vars(made))" || return
    echo 'def f(): return 2' | tee "$APP/of_made.py" >"$APP/the.conf.py"
    assert_modified conf || return
    out=$(reimport --json --pid "$PID" --modified)
    [ "$(jq -c '[.modules[].name], .not_found' <<<"$out" | paste -sd ' ')" = '["conf"] ["made"]' ] ||
        fail "$out" || return
    assert_answer '(conf.f(), made.f())' '(2, 1)' || return
    out=$(reimport --pid "$PID" --modified)
    assert_contains "$out" 'nothing to do: no other module is modified on disk' || return
    assert_contains "$out" '1 modified module is left as it was: no import finds it by its name' || return
    assert_contains "$out" made
}
@test "what no import finds is passed over, and told" { each not_found; }

odd_names() { # names that an import statement cannot have
    local out names="'.a', '..', '.', 'a.', '\\ud800', 'a.\\udcff', ''"
    start "$1" || return
    ask "import importlib.util as u; path, odd = '$APP/odd.py', [$names]" || return
    echo 'def f(): return 1' >"$APP/odd.py"
    ask 'for name in odd: s = u.spec_from_file_location(name, path); sys.modules[name] = u.module_from_spec(s); s.loader.exec_module(sys.modules[name])' ||
        return
    echo 'def f(): return 2' >"$APP/odd.py"
    edit 's/LIMIT = 1/LIMIT = 2/'
    out=$(reimport --json --dry-run --pid "$PID" --modified) || fail "$out" || return
    [ "$(jq '.modules | length' <<<"$out")" = 8 ] || fail "$out" || return
    out=$(reimport --json --pid "$PID" --modified) || fail "$out" || return
    [ "$(jq '.modules | length' <<<"$out")" = 8 ] || fail "$out" || return
    assert_answer '({sys.modules[name].f() for name in odd}, shop.cart.LIMIT)' '({2}, 2)' || return
    run -0 reimport --pid "$PID" --undo
    assert_answer '({sys.modules[name].f() for name in odd}, shop.cart.LIMIT)' '({1}, 1)'
}
@test "modules under odd names are reimported, and are in no other's way" { each odd_names; }

broken() {
    start "$1" || return
    echo 'def (' >>"$APP/shop/cart.py"
    run -1 reimport --json --pid "$PID" --modified
    [ "$(jq -r .error.type <<<"$output")" = SyntaxError ]
}
@test "a source that does not compile is modified" { each broken; }

no_file() { # where opening one waits for ever
    start "$1" || return
    edit 's/LIMIT = 1/LIMIT = 2/'
    rm "$APP/shop/tax.py"
    mkfifo "$APP/shop/tax.py"
    assert_modified shop.cart || return
    run -1 reimport --json --timeout 5 --pid "$PID" shop.tax
    [ "$(jq -r .error.type <<<"$output")" = ModuleNotFoundError ]
    run -0 reimport --status --pid "$PID"
}
@test "a FIFO in the place of a source" { each no_file; }

main_no_file() {
    printf 'import os, sys\n%s\nprint("ready", flush=True)\nos.read(0, 1)\n' "$2" >"$APP/main.py"
    start_target "$1" "$APP/main.py"
    rm "$APP/main.py"
    mkfifo "$APP/main.py"
    assert_modified || return
    run -1 reimport --json --timeout 5 --pid "$PID" __main__
    [ "$(jq -r .error.type <<<"$output")" = ImportError ]
    assert_contains "$output" "not a regular file"
    run -0 reimport --status --pid "$PID"
}
@test "a FIFO in the place of the script" { each main_no_file; }

removed_directory() {
    start "$1" || return
    mkdir "$APP/gone"
    ask "os.chdir('$APP/gone'); sys.path.insert(0, '')"
    # as 3.8 has it for a script that was started by a relative name
    ask 'sys.modules["__main__"].__file__ = "ask.py"'
    rmdir "$APP/gone"
    edit 's/LIMIT = 1/LIMIT = 2/'
    assert_modified shop.cart || return
    run -0 reimport --json --status --pid "$PID"
    [ "$(jq -rc .modified <<<"$output")" = '["shop.cart"]' ]
}
@test "the process's own directory is there no more" { each removed_directory; }

@test "paths: relative ones, files, a directory above, none of ours" {
    make_app
    start "$(default_python)"
    edit 's/LIMIT = 1/LIMIT = 2/'
    edit 's/19/7/' "$APP/shop/tax.py"
    names() {
        reimport --json --dry-run --pid "$PID" --modified "$@" | jq -r '[.modules[].name] | join(" ")'
    }
    cd "$APP"
    [ "$(names shop/tax.py)" = shop.tax ]
    [ "$(names .)" = "shop.cart shop.tax" ] || [ "$(names .)" = "shop.tax shop.cart" ]
    [ "$(names "$APP/../app/shop/cart.py")" = shop.cart ]
    [ "$(names / | wc -w)" = 2 ]
    mkdir none
    run -1 reimport --json --pid "$PID" --modified none
    [ "$(jq -r .error.type <<<"$output")" = ValueError ]
}
