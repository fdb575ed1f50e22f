# Sub-interpreters that share the main interpreter's GIL, on every version.
export BATS_TEST_TIMEOUT=600
# bats file_tags=slow
load ../helpers
load interpreters
[ -n "${SOAK:-}" ] || VERSIONS=${VERSIONS:-3.8 3.13 3.15} # each way into an interpreter once

# loaded: `thing` is loaded in the main interpreter and in the sub-interpreter, and then changes.
loaded() {
    write 1
    ask 'import thing; held = thing.value'
    in_sub 'import thing; held = thing.value'
    write 2
}

one_only() {
    loaded
    run -0 reimport --json --interpreter "$SUB" --pid "$PID" thing
    assert_contains "$output" "\"interpreter\":$SUB,"
    assert_contains "$output" '"result":"reimported"'
    assert_in_sub 'held(), thing.VALUE, held is thing.value' '(2, 2, True)' || return
    assert_answer 'held(), thing.VALUE' '(1, 1)' || return
    # and the other way round
    write 3
    run -0 reimport --json --pid "$PID" thing
    assert_contains "$output" '"interpreter":0,'
    assert_answer 'held(), thing.VALUE' '(3, 3)' || return
    assert_in_sub 'held()' 2 || return
    run -0 reimport --json --interpreter 0 --pid "$PID" thing
    assert_contains "$output" '"interpreter":0,'
}
@test "only the one that is named is changed" { with_pythons 3.8 3.15 one_only; }

ways() {
    loaded
    run -0 reimport --interpreter "$SUB" --dry-run --pid "$PID" --modified
    assert_contains "$output" "PID $PID, interpreter $SUB "
    assert_in_sub 'held()' 1 || return
    run -0 reimport --interpreter "$SUB" --code-only --pid "$PID" --modified "$APP"
    assert_in_sub 'held(), thing.VALUE' '(2, 1)' || return
    run -0 reimport --json --interpreter "$SUB" --status --pid "$PID"
    assert_contains "$output" '"op":"code-only"'
    run -0 reimport --json --status --pid "$PID"
    assert_contains "$output" '"last":null'
    run -0 reimport --interpreter "$SUB" --undo --pid "$PID"
    assert_in_sub 'held(), thing.VALUE' '(1, 1)' || return
    run -1 reimport --undo --pid "$PID"
}
@test "dry run, code only, status and undo are the interpreter's own" { with_pythons 3.8 3.15 ways; }

every() {
    local other
    loaded
    other=$(make_sub)
    run -0 reimport --json --interpreter all --pid "$PID" thing
    [ ${#lines[@]} = 3 ] || fail "$output" || return
    assert_contains "${lines[0]}" '"interpreter":0,'
    assert_contains "${lines[1]}" "\"interpreter\":$SUB,"
    assert_contains "${lines[2]}" "\"interpreter\":$other,"
    assert_contains "${lines[1]}" '"result":"reimported"'
    assert_contains "${lines[2]}" '"result":"unchanged"'
    assert_in_sub 'held(), thing.VALUE' '(2, 2)' || return
    assert_answer 'held(), thing.VALUE' '(2, 2)' || return
    # what is modified is each one's own
    SUB=$other in_sub 'import thing'
    write 3
    ask 'import thing'
    run -0 reimport --interpreter "$SUB" --pid "$PID" thing
    run -0 reimport --json --interpreter all --pid "$PID" --modified "$APP"
    assert_contains "${lines[0]}" '"result":"reimported"'
    assert_contains "${lines[1]}" '"result":"unchanged"'
    assert_contains "${lines[2]}" '"result":"reimported"'
    run -0 reimport --json --interpreter all --undo --pid "$PID"
    assert_answer 'held()' 2 || return
    SUB=$other assert_in_sub 'thing.value()' 2
}
@test "all: each in turn, and each by itself" { with_pythons 3.8 3.15 every; }

# What an interpreter waits for when it ends is registered there before it can go. Up to 3.9 that is in the module
# atexit, and an import of that would run Python code, and wait for a lock that all interpreters share: one that was made
# or ended meanwhile, and the reimport, waited for each other for good.
quiet() {
    loaded
    cat >"$APP/spy.py" <<'END'
import builtins, sys
really, seen, there = builtins.__import__, [], "atexit" in sys.modules
def spy(name, *more):
    seen.append(name)
    return really(name, *more)
builtins.__import__ = spy
END
    in_sub 'import spy'
    run -0 reimport --interpreter "$SUB" --pid "$PID" --status
    in_sub 'spy.builtins.__import__ = spy.really'
    assert_in_sub 'spy.there, "atexit" in spy.seen' '(False, False)' || return
    # it is there as if it had been imported
    in_sub 'import atexit, gc, importlib.util; atexit.register(lambda: open("'"$APP"'/ended", "w").close())'
    assert_in_sub 'importlib.util.find_spec("atexit") == atexit.__spec__, atexit.__spec__.name, atexit.__loader__ is sys.__loader__' \
        "(True, 'atexit', True)" || return
    assert_in_sub 'sys.modules["_thread"].__spec__.name, gc.isenabled()' "('_thread', True)" || return
    run -0 reimport --interpreter "$SUB" --pid "$PID" thing
    assert_in_sub 'held()' 2 || return
    # what a program has put in its place might run Python code
    in_sub 'kept = atexit.register; atexit.register = lambda function: kept(function)'
    run -1 reimport --interpreter "$SUB" --pid "$PID" --status
    assert_contains "$output" "interpreter $SUB cannot be kept from ending"
    ask "subs.end($SUB)"
    [ -e "$APP/ended" ]
}
@test "nothing is imported before it can be kept from ending" { with_pythons 3.8 3.9 quiet; }

wrong() {
    local before
    loaded
    reimport --interpreter all --status --pid "$PID" >/dev/null
    before=$(outside_state)
    run -1 reimport --interpreter 77 --pid "$PID" thing
    assert_contains "$output" "PID $PID, interpreter 77: ValueError: there is no interpreter 77; there are 0, $SUB"
    run -1 reimport --interpreter "$SUB" --pid "$PID" thign
    assert_contains "$output" "'thign' is not loaded"
    # in none: nothing is done in any
    run -1 reimport --interpreter all --pid "$PID" thing thign
    assert_contains "$output" "'thign' is not loaded"
    run -1 reimport --interpreter all --pid "$PID" --modified "$APP/nowhere"
    run -1 reimport --interpreter all --pid "$PID" --undo
    assert_in_sub 'held()' 1 || return
    assert_answer 'held()' 1 || return
    # one fails, the other does not
    printf 'import sys\nif "subs" not in sys.modules: 1 / 0\nVALUE = 4\ndef value(): return 4\n' >"$APP/thing.py"
    run -1 reimport --interpreter all --pid "$PID" thing
    assert_contains "$output" "interpreter $SUB: ZeroDivisionError"
    assert_in_sub 'held(), thing.VALUE' '(1, 1)' || return
    assert_answer 'held(), thing.VALUE' '(4, 4)' || return
    assert_same "$before" "$(outside_state)"
}
@test "what cannot be done is said, and changes nothing" { with_pythons 3.8 3.15 wrong; }

state_in_sub() {
    ask "subs.ask($SUB, '''len(sys._current_frames()), sorted(set(sys.modules) - {\"atexit\"})''')"
}

many() {
    local before inside maps i count=${REIMPORTS:-10}
    [ "$count" -le 100 ] || count=100
    loaded
    reimport --interpreter "$SUB" --pid "$PID" thing >/dev/null
    inside=$(state_in_sub)
    before=$(outside_state)
    maps=$(maps_count)
    for ((i = 3; i < count + 3; i++)); do
        write "$i"
        reimport --interpreter "$SUB" --pid "$PID" thing >/dev/null || return
    done
    assert_in_sub 'held()' $((i - 1)) || return
    assert_same "$before" "$(outside_state)" || return
    assert_no_growth "$maps" || return
    assert_same "$inside" "$(state_in_sub)" || return
    # ends the process up to 3.13 if a thread state were left
    ask "subs.end($SUB)" >/dev/null
    assert_answer "$SUB in subs.everyone()" False
}
@test "the same after one and after many reimports; it can be ended then" { with_pythons 3.8 3.15 many; }

# Each thread state has a number, by which the value of a context variable is cached in it. Ours is never one of
# the sub-interpreter's, whatever number that has.
numbers() {
    local n # `run` with a status uses i
    cat >"$APP/holding.py" <<'END'
import contextvars, os, threading, time
path = os.path.dirname(os.path.abspath(__file__))
variables = [contextvars.ContextVar("var") for _ in range(40)]
own = contextvars.ContextVar("own")
def tell():
    own.set(1) # only who has a context looks into the cache
    with open(path + "/values", "a") as f:
        print({var.get("none") for var in variables}, file=f)
def hold(var):
    var.set("of a thread")
    while not os.path.exists(path + "/go"):
        time.sleep(0.1)
for var in variables:
    threading.Thread(target=hold, args=(var,)).start()
END
    echo >"$APP/thing.py"
    in_sub 'import thing, holding' # from now on none of its code can be called from here
    for ((n = 0; n < 6; n++)); do
        printf 'import holding\nholding.tell()  # %d\n' "$n" >"$APP/thing.py"
        run -0 reimport --interpreter "$SUB" --pid "$PID" thing
    done
    touch "$APP/go"
    assert_same "$(yes "{'none'}" | head -n 6)" "$(<"$APP/values")"
}
@test "a context variable has no value of another thread there" { with_pythons 3.8 3.12 numbers; }
