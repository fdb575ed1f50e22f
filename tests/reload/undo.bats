# --undo takes back what the reimport changed, and nothing that the program has done since.
load ../helpers

some_pythons() {
    { pythons 3.8 | head -n 1 && pythons 3.13 | head -n 1; } | grep . || default_python
}

# each TEST: on some interpreters, in a new directory each time.
each() {
    local python number=0 base
    base=$(realpath "$BATS_TEST_TMPDIR")/app
    for python in $(some_pythons); do
        echo "# $python"
        number=$((number + 1))
        APP=$base.$number
        mkdir -p "$APP"
        "$1" "$python" || return
        assert_serving || return
        stop_target
    done
}

# ---- containers that hold something of the module: a becomes a class, gone is gone ----

write_holder() {
    printf 'def a():\n    return 1\ndef gone():\n    return 1\n' >"$APP/shelf.py"
    cat >"$APP/holder.py" <<'MODULE'
import shelf
from collections import OrderedDict, deque

class Odd:
    """A key whose hash nobody may ask for while a reimport or an undo is at work."""
    asked = 0
    def __hash__(self):
        Odd.asked += 1
        return 7

odd = Odd()
keys = {shelf.gone: 0, shelf.a: 1, "x": 2, odd: 3}
ordered = OrderedDict([("first", 0), (shelf.gone, 1), (shelf.a, 2), ("last", 3)])
named = {"gone": shelf.gone, "a": shelf.a, "x": 2, "y": shelf.a}
members = {shelf.gone, shelf.a, "x", odd}
listed = ["x", shelf.gone, shelf.a, "y", shelf.a]
queue = deque(["x", shelf.a, "y", shelf.a])
Odd.asked = 0

def names():
    """What is held, with the names of what came from the module, and how often a key was asked."""
    asked = Odd.asked
    name = lambda o: getattr(o, "__name__", type(o).__name__ if o is odd else o)
    kind = lambda o: name(o) + "*" if isinstance(o, type) else name(o)
    pairs = lambda d: [(kind(k), kind(v)) for k, v in d.items()]
    items = lambda s: [kind(o) for o in s]
    return (pairs(keys), pairs(ordered), pairs(named), sorted(map(str, items(members))), items(listed),
            items(queue), asked)

def live_on():
    """What the program itself does after the reimport, or after its undo."""
    asked = Odd.asked
    keys[shelf.a] = "mine"
    del keys["x"]
    keys["added"] = 4
    del ordered["first"]
    ordered["added"] = 4
    named["y"] = "mine"
    named["added"] = 4
    members.discard("x")
    members.add("added")
    listed.insert(0, "mine")
    listed.remove("y")
    listed.append("added")
    queue.appendleft("mine")
    queue.remove("y")
    queue.append("added")
    Odd.asked = asked
MODULE
}

begin() { # PYTHON
    write_holder
    start_asker "$1" "$APP"
    ask 'import holder, shelf'
    printf 'class a:\n    pass\n' >"$APP/shelf.py"
    reimport -q --pid "$PID" shelf
}

taken_back() {
    local before
    write_holder
    start_asker "$1" "$APP"
    ask 'import holder, shelf'
    before=$(ask 'holder.names()')
    printf 'class a:\n    pass\n' >"$APP/shelf.py"
    reimport -q --pid "$PID" shelf
    after=$(ask 'holder.names()')
    [ "$after" != "$before" ] || fail "nothing was reimported"
    run -0 reimport --pid "$PID" --undo
    [[ $output != *"changed since"* ]] || fail "$output"
    assert_answer 'holder.names()' "$before" || return
    run -0 reimport --pid "$PID" --undo
    [[ $output != *"changed since"* ]] || fail "$output"
    assert_answer 'holder.names()' "$after" || return
    reimport -q --pid "$PID" --undo
    assert_answer 'holder.names()' "$before"
}
@test "containers are as before, in their order, and again and again" { each taken_back; }

since() {
    begin "$1"
    ask 'holder.live_on()'
    run -0 reimport --json --pid "$PID" --undo
    # the value that the program put where the reimport had put another
    assert_same '[["dict object","a","changed since by the program"]]' \
        "$(jq -c '[.references.left[] | [.holder, .object, .reason]]' <<<"$output")" || return
    assert_answer 'holder.names()[0]' "[('gone', 0), ('a', 'mine'), ('Odd', 3), ('added', 4)]" || return
    assert_answer 'holder.names()[1]' "[('gone', 1), ('a', 2), ('last', 3), ('added', 4)]" || return
    assert_answer 'holder.names()[2]' "[('gone', 'gone'), ('a', 'a'), ('x', 2), ('y', 'mine'), ('added', 4)]" || return
    assert_answer 'holder.names()[3]' "['Odd', 'a', 'added', 'gone']" || return
    assert_answer 'holder.names()[4]' "['mine', 'x', 'gone', 'a', 'a', 'added']" || return
    assert_answer 'holder.names()[5]' "['mine', 'x', 'a', 'a', 'added']" || return
    assert_answer 'holder.Odd.asked' 0 || return
    run -0 reimport --json --pid "$PID" --undo
    assert_same redo "$(jq -r .op <<<"$output")" || return
    assert_answer 'holder.names()[0]' "[('a*', 'mine'), ('Odd', 3), ('added', 4)]" || return
    assert_answer 'holder.names()[1]' "[('a*', 2), ('last', 3), ('added', 4)]" || return
    assert_answer 'holder.names()[2]' "[('a', 'a*'), ('x', 2), ('y', 'mine'), ('added', 4)]" || return
    assert_answer 'holder.names()[3]' "['Odd', 'a*', 'added']" || return
    assert_answer 'holder.names()[4]' "['mine', 'x', 'a*', 'a*', 'added']" || return
    assert_answer 'holder.names()[5]' "['mine', 'x', 'a*', 'a*', 'added']" || return
    assert_answer 'holder.Odd.asked' 0
}
@test "what the program did to containers since stays" { each since; }
