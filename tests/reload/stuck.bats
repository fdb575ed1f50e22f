# A new top level that does not return: when the time is over, the process is as it was, and stays so.
load ../helpers
load each

three_pythons() {
    { pythons 3.8 | head -n 1 && pythons 3.11 | head -n 1 && pythons 3.13 | head -n 1; } | grep . || default_python
}

export EACH=three_pythons

# goes_on TEST PYTHON: afterwards the process runs as ever.
goes_on() {
    mkdir "$APP/pkg"
    "$1" "$2"
    # 3.11 does not come past this if an interruption is still said to be pending
    assert_answer '[sys.settrace(lambda *a: None), (lambda: 1)(), sys.settrace(None)][1]' 1
}

snapshot() {
    ask '[(n, id(m), [(k, id(v)) for k, v in vars(m).items()]) for n, m in sys.modules.items() if n.startswith("pkg")], list(sys.modules), [id(f) for f in sys.meta_path], [n for n, r in sys.modules["_frozen_importlib"]._module_locks.items() if r() and r().owner]'
}

# load PYTHON: package pkg, loaded.
load_package() {
    echo 'from . import a, b' >"$APP/pkg/__init__.py"
    echo 'x = 1' >"$APP/pkg/a.py"
    echo 'def f(): return 1' >"$APP/pkg/b.py"
    start_asker "$1" "$APP"
    ask 'import pkg, time, threading'
    THREADS=$(thread_count)
    FDS=$(fds)
    BEFORE=$(snapshot)
}

# stuck TEXT: pkg.a has that as its new top level; the command gives up, and all is as it was.
stuck() {
    printf '%s\n' "$1" >"$APP/pkg/a.py"
    run -4 reimport --json --timeout 0.5 --pid "$PID" pkg || return
    assert_as_before
}
assert_as_before() {
    wait_for same_snapshot || return
    # an import does not wait, and finds what was there
    assert_answer '__import__("pkg.a").a.x, __import__("pkg.b").b.f()' '(1, 1)'
}
same_snapshot() { [ "$BEFORE" = "$(snapshot)" ]; }
alone() { [ "$(thread_count)" = "$THREADS" ] && [ "$(fds)" = "$FDS" ]; }

# works_again: a later reimport does.
works_again() {
    echo 'x = 2' >"$APP/pkg/a.py"
    run -0 reimport --json --timeout 5 --pid "$PID" pkg || return
    assert_answer 'pkg.a.x' 2 || return
    echo 'x = 1' >"$APP/pkg/a.py"
    run -0 reimport --json --timeout 5 --pid "$PID" pkg || return
    BEFORE=$(snapshot)
}

in_python() {
    load_package "$1"
    stuck 'while True: pass' && wait_for alone && works_again || return
    stuck $'import time\nwhile True:\n    try:\n        time.sleep(0.01)\n    except Exception: pass' || return
    wait_for alone && works_again
}
@test "a loop in Python is interrupted, and the agent is gone" { each goes_on in_python; }

in_c() {
    load_package "$1"
    stuck $'import pkg, sys\nsys.gate = pkg.gate = __import__("threading").Lock()\nsys.gate.acquire(); sys.gate.acquire()\nx = 3' || return
    # the thread is still in there, and harms nobody
    works_again || return
    BEFORE=$(snapshot)
    # when it returns at last, nothing comes of it
    ask 'sys.gate.release()'
    wait_for alone || return
    same_snapshot || fail "changed: $(snapshot)" || return
    works_again
}
@test "a wait in C is left to itself, and nothing ever comes of it" { each goes_on in_c; }

# The new top level has registered something elsewhere before it waits.
registered() {
    load_package "$1"
    ask 'import types; sys.modules["reg"] = reg = types.ModuleType("reg"); reg.names = {"a": len}; reg.hooks = [len]; reg.seen = {len}'
    BEFORE=$(snapshot)
    stuck $'import sys, threading, reg\ndef f(): pass\nclass C: pass\nreg.names["f"] = f; reg.hooks.append(C); reg.seen.add(f)\nsys.gate = threading.Lock()\nsys.gate.acquire(); sys.gate.acquire()\nreg.hooks.append(f)' || return
    wait_for unregistered || fail "$(ask '[reg.names, reg.hooks, reg.seen]')" || return
    ask 'sys.gate.release()'
    wait_for alone || return
    unregistered || fail "$(ask '[reg.names, reg.hooks, reg.seen]')" || return
    same_snapshot || fail "changed: $(snapshot)" || return
    works_again
}
unregistered() { [ "$(ask '[reg.names, reg.hooks, reg.seen] == [{"a": len}, [len], {len}]')" = True ]; }
@test "what it registered elsewhere before is taken out" { each goes_on registered; }

late_failure() {
    load_package "$1"
    stuck $'import sys, threading\nsys.gate = threading.Lock()\nsys.gate.acquire(); sys.gate.acquire()\n1 / 0' || return
    ask 'sys.gate.release()'
    wait_for alone || return
    same_snapshot || fail "changed: $(snapshot)" || return
    works_again
}
@test "nor when it fails at last" { each goes_on late_failure; }

callback() {
    load_package "$1"
    stuck $'x = 2\ndef __reimported__(old):\n    while True: pass' || return
    wait_for alone && works_again
}
@test "a __reimported__ that does not return" { each goes_on callback; }

told() {
    load_package "$1"
    ask 'import sys; sys.gate = threading.Lock(); sys.gate.acquire(); errors, sys.stderr = sys.stderr, type("Full", (), {"write": lambda s, t: sys.gate.acquire(), "flush": int})()'
    stuck $'def __reimported__(old):\n    raise ValueError' || return
    ask 'sys.stderr = errors; sys.gate.release()'
    wait_for alone && works_again
}
@test "nor does writing that a __reimported__ raised" { each goes_on told; }

killed() {
    local command
    load_package "$1"
    echo 'while True: pass' >"$APP/pkg/a.py"
    "$REIMPORT" --pid "$PID" --timeout 60 pkg 3>&- &
    command=$!
    wait_for busy || return
    kill -KILL "$command"
    wait "$command" || :
    assert_as_before && wait_for alone && works_again
}
busy() { ! same_snapshot; }
@test "the command is killed while the top level loops" { each goes_on killed; }
