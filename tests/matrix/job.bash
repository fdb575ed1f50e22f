# shellcheck shell=bash
# The main job on one interpreter, for the files of this directory. After `load ../helpers`.

# write_app VERSION: a module in $APP, in its first, second or third version.
write_app() {
    local text
    read -rd '' text <<END || :
def answer():
    return $1


class Thing:
    def __init__(self):
        self.made = "by any version"

    def value(self):
        return $1 * 10

    @classmethod
    def kind(cls):
        return cls.__name__ + "$1"

    if $1 >= 2:

        def more(self):
            return "new in version 2"
END
    printf '%s\n' "$text" >"$APP/app.py"
}

# What holds things of the module: by name, in a list, a dict, a set, a tuple, a subclass, an instance.
write_holder() {
    cat >"$APP/holder.py" <<'END'
import app
from app import Thing, answer


class Sub(Thing):
    pass


thing, sub = Thing(), Sub()
bound = thing.value
held = [answer], {"f": answer}, (answer,), {answer}


def state():
    return (
        answer(), [f() for f in (held[0][0], held[1]["f"], held[2][0], list(held[3])[0])],
        thing.value(), sub.value(), bound(), Sub.kind(), isinstance(thing, app.Thing),
        answer is app.answer, Thing is app.Thing, hasattr(thing, "more"),
    )
END
}

assert_version() { # assert_version VERSION: what holder.state() must say
    local more=True
    [ "$1" -ge 2 ] || more=False
    assert_answer 'holder.state()' \
        "($1, [$1, $1, $1, $1], ${1}0, ${1}0, ${1}0, 'Sub$1', True, True, True, $more)"
}

# The module and its holder, in the current test's own directory.
make_app() {
    APP=$BATS_TEST_TMPDIR/app
    mkdir -p "$APP"
    write_app 1
    write_holder
}

# Lets the current target load them, with a thread that waits.
load_app() {
    ask 'import app, holder' || return
    ask 'import _thread; lock = _thread.allocate_lock(); lock.acquire()' || return
    ask '_thread.start_new_thread(lock.acquire, ())' >/dev/null || return
    assert_version 1
}

# update VERSION: edits the module and runs the command on the current target.
update() {
    write_app "$1" || return
    reimport --quiet --pid "$PID" app || fail "exit status $?" || return
    assert_version "$1"
}

# The same, and the report is read.
update_and_read() {
    local report
    write_app "$1" || return
    report=$(reimport --json --pid "$PID" app) || fail "exit status $?: $report" || return
    [ "$(jq -r '"\(.pid) \(.result) \(.changed) \(.error)"' <<<"$report")" = "$PID reimported true null" ] ||
        fail "$report" || return
    assert_version "$1"
}

# Everything that is to be as it was after the first reimport.
everything() {
    outside_state && module_names
}

# main_job COMMAND...: starts COMMAND on tests/targets/ask.py, updates the module once, and then
# REIMPORTS times more: nothing is left behind, nothing grows.
REIMPORTS=100
main_job() {
    local after maps i
    make_app
    start_target "$@" "$TESTS/targets/ask.py" "$APP"
    load_app
    update_and_read 2
    assert_unharmed
    after=$(everything)
    maps=$(maps_count)
    for ((i = 3; i < 3 + REIMPORTS; i++)); do
        update "$i"
    done
    assert_same "$after" "$(everything)"
    assert_no_growth "$maps"
    assert_serving
}

# on_version VERSION: the main job on an interpreter of that version, or, for `make soak`, on every one. Where there
# are several, the last is the static one, or one with a C library of its own.
on_version() {
    local found python
    found=$(pythons "$1")
    if [ -z "$found" ]; then
        case $1 in
        3.9 | 3.13 | 3.14 | 3.15) missing "no Python $1 (make roots)" ;;
        *) impossible "no Python $1 on this machine, and Debian has none" ;;
        esac
    fi
    [ -n "${SOAK:-}" ] || found=${found##*$'\n'}
    for python in $found; do
        echo "# $python"
        main_job "$python"
        stop_target
    done
}
