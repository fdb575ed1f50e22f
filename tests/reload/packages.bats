# The command on packages of every kind, and on what fails in them: in a process that nobody prepared.
# bats file_tags=slow
load ../helpers
load each

# file NAME TEXT: below $APP
file() {
    mkdir -p "$(dirname "$APP/$1")"
    printf '%s\n' "$2" >"$APP/$1"
}

# assert_report FILTER WANT ARG...: the command succeeds, and jq's FILTER of its report gives WANT.
assert_report() {
    local filter=$1 want=$2 got
    shift 2
    got=$(reimport --json --pid "$PID" "$@") || fail "exit status $?: $got" || return
    [ "$(jq -rc "$filter" <<<"$got")" = "$want" ] || fail "not $want: $got"
}

# All that a failed reimport must leave as it was, of the current target.
snapshot() {
    ask '[(n, id(m), [(k, id(v)) for k, v in vars(m).items()]) for n, m in sys.modules.items() if n.startswith("pkg")], list(sys.modules), [id(f) for f in sys.meta_path], [n for n, r in sys.modules["_frozen_importlib"]._module_locks.items() if r() and r().owner]'
}

package() { # package NUMBER
    file pkg/__init__.py 'from .a import fa'
    file pkg/a.py $'from . import b\ndef fa(): return b.x'
    file pkg/b.py "x = $1"
    file pkg/lazy.py "y = $1"
}

whole() {
    package 1
    start_asker "$1" "$APP"
    ask 'import pkg, pkg.lazy; fa, lazy = pkg.fa, pkg.lazy'
    package 2
    assert_report '[.modules[].name] | sort' '["pkg","pkg.a","pkg.b","pkg.lazy"]' pkg || return
    assert_answer '(fa(), lazy.y, fa is pkg.fa, lazy is pkg.lazy)' '(2, 2, True, True)'
}
@test "a package: itself and all that is loaded below it" { each whole; }

flagged() {
    package 1
    echo '__package_reimport__ = True' >>"$APP/pkg/__init__.py"
    start_asker "$1" "$APP"
    ask 'import pkg'
    sed -i 's/1/3/' "$APP/pkg/b.py"
    assert_report '[.modules[].name] | sort' '["pkg","pkg.a","pkg.b"]' pkg.b || return
    assert_answer 'pkg.fa()' 3
}
@test "a package with __package_reimport__ goes as a whole" { each flagged; }

removed_and_added() {
    package 1
    start_asker "$1" "$APP"
    ask 'import pkg, pkg.lazy'
    rm "$APP/pkg/lazy.py"
    file pkg/new.py 'z = 5'
    file pkg/__init__.py $'from .a import fa\nfrom . import new'
    assert_report .result reimported pkg || return
    assert_answer '("pkg.lazy" in sys.modules, hasattr(pkg, "lazy"), pkg.new.z)' '(False, False, 5)'
}
@test "a submodule removed, another added" { each removed_and_added; }

gone_told() {
    local out
    package 1
    start_asker "$1" "$APP"
    ask 'import pkg, pkg.lazy'
    rm "$APP/pkg/lazy.py"
    assert_report '[.modules[] | select(.gone).name]' '["pkg.lazy"]' --dry-run pkg || return
    out=$(reimport --pid "$PID" --dry-run pkg)
    assert_contains "$out" '3 modules would be reimported' || return
    assert_contains "$out" 'its source is gone: it would no longer be loaded' || return
    assert_answer '"pkg.lazy" in sys.modules' True || return
    out=$(reimport --pid "$PID" pkg)
    assert_contains "$out" '3 modules reimported' || return
    assert_contains "$out" 'its source is gone: it is no longer loaded' || return
    assert_answer '"pkg.lazy" in sys.modules' False
}
@test "a submodule that is gone is told apart from those reimported" { each gone_told; }

replaced() {
    local out
    file m.py 'x = 1'
    file n.py 'x = 1'
    start_asker "$1" "$APP"
    ask 'import m, n'
    file m.py $'import sys, n\nsys.modules[__name__] = n'
    out=$(reimport --pid "$PID" m)
    assert_contains "$out" 'its source put another object in its place, which is loaded as it is' || return
    assert_answer '(sys.modules["m"] is n, vars(m) is vars(n), n.x)' '(True, False, 1)' || return
    reimport --pid "$PID" --undo
    assert_answer '(sys.modules["m"] is m, sys.modules["n"] is n, m.x, n.x)' '(True, True, 1, 1)'
}
@test "a module that puts another one in its place" { each replaced; }

zipped() {
    pack() {
        rm -f "$APP/lib.zip.new"
        (cd "$APP" && "$PACKER" -c 'import sys, zipfile; zipfile.ZipFile("lib.zip.new", "w").writestr("zm.py", sys.argv[1])' "def f(): return $1")
        mv "$APP/lib.zip.new" "$APP/lib.zip"
    }
    PACKER=$1
    pack 1
    start_asker "$1" "$APP/lib.zip"
    ask 'import zm; f = zm.f'
    pack 22222
    assert_report '[.modules[].name]' '["zm"]' --modified "$APP/lib.zip" || return
    assert_answer 'f()' 22222
}
@test "a module in an archive" { each zipped; }

namespace() {
    file space/m.py 'def f(): return 1'
    start_asker "$1" "$APP"
    ask 'import space.m; f = space.m.f'
    file space/m.py 'def f(): return 2'
    assert_report '[.modules[].name]' '["space","space.m"]' space || return
    assert_answer '(f(), space.m.f is f)' '(2, True)'
}
@test "a namespace package" { each namespace; }

main() {
    file main.py 'import os, sys
class Job:
    def run(self): return "old"
if __name__ == "__main__":
    job = Job()
    print("ready", flush=True)
    while True:
        os.read(0, 1)
        print(job.run(), job.run.__func__.__module__, isinstance(job, Job), "__mp_main__" in sys.modules, flush=True)'
    start_target "$1" "$APP/main.py"
    sed -i 's/old/new/' "$APP/main.py"
    assert_report .result reimported __main__ || return
    ask_later x
    target_line
    [ "$REPLY" = 'new __main__ True False' ]
    assert_unharmed
    stop_target
    start_asker "$1"
}
@test "__main__: its guarded block does not run again, and keeps what it has" { each main; }

failing() { # failing TYPE TEXT: package pkg, whose module lazy now has TEXT
    local before
    before=$(snapshot)
    package 2
    file pkg/lazy.py "$2"
    file pkg/extra.py 'import colorsys'
    run -1 reimport --json --pid "$PID" pkg
    [ "$(jq -r '"\(.result) \(.changed) \(.error.type)"' <<<"$output")" = "failed false $1" ] ||
        fail "$output" || return
    assert_same "$before" "$(snapshot)" || return
    assert_answer '(pkg.fa(), pkg.lazy.y)' '(1, 1)'
}

failures() {
    package 1
    start_asker "$1" "$APP"
    ask 'import pkg, pkg.lazy'
    failing ZeroDivisionError $'import pkg.extra\n1 / 0' || return
    failing SystemExit $'import pkg.extra, wave\nraise SystemExit(3)' || return
    failing KeyboardInterrupt 'raise KeyboardInterrupt' || return
    failing MemoryError 'x = [0] * (1 << 62)' || return
    failing RecursionError $'def f(): f()\nf()' || return
    failing AttributeError '__all__ = ["nothing"]' || return
    failing ModuleNotFoundError 'import no_such_module' || return
    failing SyntaxError 'def f(:' || return
    failing SystemExit $'def __reimported__(old): raise SystemExit' || return
    failing RuntimeError $'import sys\ndel sys.modules["pkg.lazy"]\nraise RuntimeError' || return
    # and then one that does not fail
    package 2
    assert_report .result reimported pkg || return
    assert_answer '(pkg.fa(), pkg.lazy.y)' '(2, 2)'
}
@test "whatever an import raises: all is as it was" { each failures; }

callback() {
    file m.py $'cache = {"a": 1}\ndef f(): return 1'
    start_asker "$1" "$APP"
    ask 'import m'
    file m.py $'cache = {}\ndef f(): return 2\ndef __reimported__(old):\n    cache.update(old.cache)\n    return True'
    assert_report '.modules[0].callback' true m
    assert_answer '(m.f(), m.cache)' "(2, {'a': 1})"
}
@test "__reimported__ carries state over" { each callback; }

callback_raises() {
    file m.py 'def f(): return 1'
    start_asker "$1" "$APP"
    ask 'import m'
    file m.py $'def f(): return 2\ndef __reimported__(old):\n    1 / 0'
    reimport --pid "$PID" m
    assert_answer 'm.f()' 2
    assert_contains "$(cat "${TARGET_LOG[target]}")" 'ZeroDivisionError: division by zero'
    assert_contains "$(cat "${TARGET_LOG[target]}")" 'Traceback (most recent call last):'
}
@test "an exception in __reimported__ is printed there, and hinders nothing" { each callback_raises; }

tidy() {
    file m.py 'x = 1'
    start_asker "$1" "$APP"
    ask 'import threading, m'
    file m.py $'import threading\nx = threading.current_thread().name'
    before=$(ask '(len(threading._active), sorted(sys.modules), len(sys.meta_path))')
    assert_report .result reimported m || return
    assert_answer '(len(threading._active), sorted(sys.modules), len(sys.meta_path))' "$before"
}
@test "a top level that asks for its thread leaves none behind" { each tidy; }

hook() {
    file m.py 'x = 1'
    start_asker "$1" "$APP"
    ask 'import m; events = []'
    ask 'exec("def hook(event, args):\n if event.startswith(\"reimport\"):\n  events.append((event, args))\n  1 / len(events[1:])")'
    ask 'sys.addaudithook(hook)'
    file m.py 'x = 2'
    run -1 reimport --json --pid "$PID" m
    [ "$(jq -r .error.type <<<"$output")" = ZeroDivisionError ]
    assert_answer 'm.x, events' "(1, [('reimport.reimport', (('m',),))])"
    assert_report .result reimported m || return
    assert_answer m.x 2
}
@test "an audit hook that raises refuses" { each hook; }

waits() {
    file m.py 'x = 1'
    start_asker "$1" "$APP"
    ask 'import m, threading, time; got = []'
    ask 'exec("def other():\n while not os.path.exists(\"'"$APP"'/started\"): time.sleep(0.01)\n import m\n got.append(m.x)")'
    ask 'thread = threading.Thread(target=other); thread.start()'
    file m.py "import time; open('$APP/started', 'w').close(); time.sleep(0.5); x = 2"
    assert_report .result reimported m || return
    assert_answer '(thread.join(), got)' '(None, [2])'
}
@test "a thread that imports the module meanwhile waits for the new one" { each waits; }

# The interpreter goes on with its own dict: what is put into that is of no use to the program.
other_modules() {
    echo 'def f(): return 1' >"$APP/m.py"
    start_asker "$1" "$APP"
    ask 'import m, sys'
    echo 'def f(): return 22' >"$APP/m.py"
    reimport -q --pid "$PID" m || return
    echo 'def f(): return 333' >"$APP/m.py"
    ask 'own, sys.modules = sys.modules, dict(sys.modules)'
    for options in m '--code-only m' '--dry-run m' "--modified $APP" --undo; do
        # shellcheck disable=SC2086
        run -1 reimport --json --pid "$PID" $options
        assert_contains "$output" 'has put another object in its place' || return
        assert_same '["failed",false]' "$(jq -c '[.result, .changed]' < <(grep '^{' <<<"$output"))" || return
    done
    run -0 reimport --pid "$PID" --status || return
    assert_answer 'm.f()' 22 || return
    ask 'sys.modules = own'
    reimport -q --pid "$PID" m || return
    assert_answer 'm.f()' 333
}
@test "a process with another sys.modules is refused" { each other_modules; }
