# shellcheck shell=bash
# Targets with sub-interpreters. `load interpreters` after helpers.

# start_subs PYTHON: an asker with tests/targets/subs.py, and modules below $APP, a new directory each
# time; $SUB is the ID of a sub-interpreter that finds them too.
start_subs() {
    NUMBER=$((${NUMBER:-0} + 1))
    APP=$(realpath "$BATS_TEST_TMPDIR")/app.$NUMBER
    mkdir -p "$APP"
    cp "$TESTS/targets/subs.py" "$APP"
    start_asker "$1" "$APP"
    ask 'import subs, threading, time'
    SUB=$(make_sub)
}

# make_sub [ARGUMENT]: one more. Prints its ID.
make_sub() {
    local id
    ask "new = subs.make(${1:-})"
    id=$(ask new)
    ask "subs.run($id, 'sys.path.insert(0, \"$APP\")')" >/dev/null
    echo "$id"
}

# in_sub CODE: statements there. assert_in_sub EXPRESSION REPR. SUB names the interpreter.
in_sub() {
    ask "subs.run($SUB, '''$1''')" >/dev/null
}
assert_in_sub() {
    assert_answer "subs.ask($SUB, '''$1''')" "$2"
}

# write NUMBER: that version of module `thing`. One second and one size are all that Python's cache knows.
write() {
    rm -rf "$APP/__pycache__"
    printf 'VALUE = %d\ndef value(): return %d\n' "$1" "$1" >"$APP/thing.py"
}

# with_pythons LOW HIGH TEST: on one interpreter of each version (or those in VERSIONS); STARTED counts
# them.
with_pythons() {
    local python version minor
    for ((minor = ${1#3.}; minor <= ${2#3.}; minor++)); do
        version=3.$minor
        [ -z "${VERSIONS:-}" ] || [[ " $VERSIONS " == *" $version "* ]] || continue
        python=$(find_python "$version") || continue
        echo "# $python"
        start_subs "$python"
        "$3" "$version" # not with ||, which would make its checks unable to fail
        assert_serving || return
        stop_target
        STARTED=$((${STARTED:-0} + 1))
    done
    [ "${STARTED:-0}" -gt 0 ] || missing "no Python from $1 to $2"
}
