# Sub-interpreters with a GIL of their own: refused before 3.15, where they cannot be entered safely.
export BATS_TEST_TIMEOUT=600
load ../helpers
load interpreters

own() {
    write 1
    SUB=$(make_sub True)
    ask 'import thing'
    in_sub 'import thing; held = thing.value'
    write 2
}

refused() {
    own
    run -1 reimport --interpreter "$SUB" --pid "$PID" thing
    assert_contains "$output" "interpreter $SUB: NotImplementedError: interpreter $SUB has a GIL of its own"
    assert_in_sub 'held()' 1 || return
    # of all, the others are done
    run -1 reimport --interpreter all --pid "$PID" thing
    assert_contains "$output" "PID $PID (Python"
    assert_contains "$output" "interpreter $SUB has a GIL of its own"
    assert_in_sub 'held()' 1 || return
    assert_answer 'thing.value()' 2
}
@test "before 3.15 it is refused, and left alone" { with_pythons 3.12 3.14 refused; }

entered() {
    local i
    own
    run -0 reimport --interpreter "$SUB" --pid "$PID" thing
    assert_in_sub 'held(), thing.VALUE' '(2, 2)' || return
    # also while the main interpreter holds its own GIL
    write 3
    ask_later 'for i in range(50000000): pass'
    run -0 reimport --interpreter "$SUB" --pid "$PID" thing
    answer
    assert_in_sub 'held(), thing.VALUE' '(3, 3)' || return
    assert_answer 'thing.value()' 1 || return
    run -0 reimport --interpreter all --undo --pid "$PID" || fail "$output" || return
    assert_in_sub 'held(), thing.VALUE' '(2, 2)' || return
    ask "subs.end($SUB)"
    run -1 reimport --interpreter "$SUB" --pid "$PID" thing
    assert_contains "$output" "there is no interpreter $SUB"
}
@test "from 3.15 on it is entered under its own GIL" { with_pythons 3.15 3.15 entered; }

# Its threads run without the main interpreter's GIL: their frames are not looked at from there.
busy() {
    own
    ask 'running = threading.Thread(target=subs.run, args=('"$SUB"', "end = time.time() + 20\ndef f(n):\n if n: f(n - 1)\nwhile time.time() < end: f(50)")); running.start()'
    local i
    for ((i = 3; i < 3 + ${REIMPORTS:-10}; i++)); do
        write "$i"
        reimport --pid "$PID" thing >/dev/null || return
    done
    assert_answer 'thing.value()' $((i - 1)) || return
    assert_serving
}
@test "a reimport in the main interpreter while it is busy" { with_pythons 3.12 3.15 busy; }

# The library keeps what it found out about Python for all interpreters alike, unlocked.
library() {
    own
    ask "import shutil; shutil.copy('$BUILD/reimport.abi3.so', '$APP')"
    ask "subs.run($SUB, 'try:\\n import reimport\\nexcept ImportError as error: refused = str(error)')"
    assert_in_sub 'refused' "'module reimport does not support loading in subinterpreters'" || return
    # where the GIL is the main interpreter's it can be, and works
    ask 'import reimport; reimport.reimport("thing")'
    assert_answer 'thing.value()' 2 || return
    SUB=$(make_sub)
    in_sub 'import thing, reimport; held = thing.value'
    write 3
    in_sub 'reimport.reimport("thing")'
    assert_in_sub 'held(), thing.VALUE' '(3, 3)'
}
@test "the library cannot be imported there, only where the GIL is shared" { with_pythons 3.12 3.15 library; }
