# The target forks in the middle of a reimport: the child, in which nobody ends what was begun, is as if that
# had never been.
load ../helpers
load sweeps

# The child looks at what it has, waits for a byte in `gate`, and ends with the version that it runs then.
start_forker() {
    cat >"$BATS_TEST_TMPDIR/forker.py" <<'END'
import importlib, os, signal, sys, version

def fork(gate):
    child = os.fork()
    if child:
        return child
    signal.alarm(60)  # nothing may be waited for
    old, finders = version, [type(f).__module__ for f in sys.meta_path]
    if importlib.import_module("version") is not old or old.first() != 1 or "reimport" in finders:
        os._exit(9)
    os.write(1, b"as before\n")
    os.read(gate, 1)
    os._exit(held() if type(sys.modules) is dict else 8)

# How many of the children that are forked until that file is there find the module's lock taken.
def all_meanwhile(end):
    import _frozen_importlib
    taken = 0
    while not os.path.exists(end):
        child = os.fork()
        if not child:
            lock = _frozen_importlib._module_locks.get("version")
            lock = lock and lock()
            os._exit(bool(lock and lock.owner))
        taken += os.waitpid(child, 0)[1] != 0
    return taken
END
    start_victim "$1"
    ask "sys.path.append('$BATS_TEST_TMPDIR')"
    ask 'import forker; forker.held = version.first; r, w = os.pipe(); sys.gate, sys.child_gate = r, os.pipe()'
}
begun() { [ -e "$BATS_TEST_TMPDIR/begun" ]; }

# fork_meanwhile: a child that was forked while the new top level runs.
fork_meanwhile() {
    local job child
    rm -f "$BATS_TEST_TMPDIR/begun"
    write_version 2
    printf 'import os, sys\nopen("%s", "w").close()\nos.read(sys.gate, 1)\n' "$BATS_TEST_TMPDIR/begun" >>"$APP/version.py"
    reimport --quiet --timeout 30 --pid "$PID" version 3>&- &
    job=$!
    wait_for begun
    ask_later 'child = forker.fork(sys.child_gate[0])'
    assert_same "$(printf '%s\n' '= ' 'as before' | sort)" "$(for _ in 1 2; do target_line && echo "$REPLY"; done | sort)"
    ask 'os.write(w, b"x")' >/dev/null
    wait $job
    [ "$(victim_version)" = 2 ]
    child=$(ask child)
    [[ $python == *@* ]] && child=$(pgrep -P "$PID")
    # it can be reimported itself, on its own
    write_version 3
    reimport --quiet --pid "$child" version
    assert_unharmed "$child"
    [ "$(victim_version)" = 2 ]
    ask 'os.write(sys.child_gate[1], b"x")' >/dev/null
    assert_answer 'os.waitpid(child, 0)[1] >> 8' 3
}

@test "a child that is forked while the new top level runs has the old modules, and waits for nobody" {
    local python
    for python in $(some_pythons); do
        echo "# $python"
        start_forker "$python"
        fork_meanwhile
        assert_serving
        write_version 1
        reimport --quiet --pid "$PID" version
        stop_target
    done
}

# From the first moment on that the module is locked.
fork_all_the_time() {
    local i
    ask_later "forker.all_meanwhile('$BATS_TEST_TMPDIR/end.$NUMBER')"
    for ((i = 2; i < 12; i++)); do
        write_version "$i"
        reimport --quiet --timeout 30 --pid "$PID" version 3>&- || return
    done
    touch "$BATS_TEST_TMPDIR/end.$NUMBER"
    assert_same '= 0' "$(target_line && echo "$REPLY")"
}

@test "no child has the lock of a module that nobody reimports there" {
    local python
    NUMBER=0
    for python in $(some_pythons); do
        echo "# $python"
        NUMBER=$((NUMBER + 1))
        start_forker "$python"
        fork_all_the_time || return
        assert_serving
        stop_target
    done
}

# ours PID: how many descriptors are sockets, of a target that has none of its own, and how many mappings are of the
# agent's image.
ours() {
    echo "$(fds "$1" | grep -c socket: || :) $(grep -c /memfd:reimport "/proc/$1/maps" || :)"
}
has_none() { [ "$(ours "$1")" = "0 0" ]; }

# sleeper CODE: a reimport, while whose new top level runs a child is forked by CODE, which sleeps: sets CHILD. The
# new top level does MORE before it goes on.
sleeper() {
    local job
    rm -f "$BATS_TEST_TMPDIR/begun"
    ask 'sys.gate, w = os.pipe()'
    write_version 2
    printf 'import os, sys, time\n%s\nopen("%s", "w").close()\nos.read(sys.gate, 1)\n' "${MORE-}" "$BATS_TEST_TMPDIR/begun" >>"$APP/version.py"
    reimport --quiet --timeout 30 --pid "$PID" version 3>&- &
    job=$!
    wait_for begun
    ask "$1" >/dev/null
    [ -n "${MORE-}" ] || assert_contains "$(ours "$PID")" "1 "
    ask 'os.write(w, b"x")' >/dev/null
    wait $job
    wait_for settled
    has_none "$PID" || fail "in the parent: $(ours "$PID")"
    [ "$(victim_version)" = 2 ]
    CHILD=$(pgrep -P "$PID")
}

some_more_pythons() {
    { some_pythons && pythons 3.11 | head -n 1 && pythons 3.12 | head -n 1; } | sort -u
}

forked_in_python() {
    start_victim "$1"
    sleeper 'os.fork() or os._exit(time.sleep(60) or 0)'
    assert_contains "$(ours "$CHILD")" "0 " # at once
    write_version 3
    reimport --quiet --timeout 30 --pid "$CHILD" version
    wait_for has_none "$CHILD"
    # and later ones work as ever
    write_version 4
    reimport --quiet --timeout 30 --pid "$CHILD" version
    wait_for has_none "$CHILD"
    assert_unharmed "$CHILD"
    ask "os.kill($CHILD, 9), os.wait()" >/dev/null
    stop_target
}

@test "a child that is forked while the new top level runs keeps no socket, and no image after the next visit" {
    local python
    for python in $(some_more_pythons); do
        echo "# $python"
        forked_in_python "$python"
    done
}

# Nothing of Python is called for the child.
forked_in_c() {
    start_victim "$1"
    sleeper 'ctypes.PyDLL(None).fork() or os._exit(time.sleep(60) or 0)'
    reimport --status --pid "$CHILD" >/dev/null
    wait_for has_none "$CHILD"
    assert_unharmed "$CHILD"
    ask "os.kill($CHILD, 9), os.wait()" >/dev/null
    stop_target
}

@test "a child that C code forks has neither after the next visit" {
    local python
    for python in $(some_more_pythons); do
        echo "# $python"
        forked_in_c "$python"
    done
}

# On the agent's own thread, whose stack the child has, under another name.
forked_by_the_top_level() {
    start_victim "$1"
    ask 'sys.child_gate, sys.child_end = os.pipe()'
    MORE='import ctypes
if not os.fork():
    ctypes.CDLL(None).prctl(15, b"worker")
    sys.gate = sys.child_gate' sleeper 'None'
    [ "$(ours "$CHILD" | cut -c1)" = 0 ]
    reimport --status --pid "$CHILD" >/dev/null
    reimport --status --pid "$CHILD" >/dev/null
    assert_unharmed "$CHILD"
    [ "$(ours "$CHILD")" != "0 0" ]
    # it ends as a thread does that was forked: the last one
    ask 'os.write(sys.child_end, b"x")' >/dev/null
    assert_answer 'os.wait()[1]' 0
    assert_serving
    stop_target
}

@test "a child that the new top level forks goes on in the image, without the socket" {
    local python
    for python in $(some_more_pythons); do
        echo "# $python"
        forked_by_the_top_level "$python"
    done
}
