# shellcheck shell=bash
# After `load ../helpers`.

# each TEST...: TEST... PYTHON on some interpreters, or those that $EACH prints, in a new directory $APP each
# time; the target serves at the end.
each() {
    local python number=0 base
    base=$(realpath "$BATS_TEST_TMPDIR")/app
    for python in $("${EACH:-some_pythons}"); do
        echo "# $python"
        number=$((number + 1))
        APP=$base.$number
        mkdir -p "$APP"
        "$@" "$python" # not with ||, which would make its checks unable to fail
        assert_serving || return
        stop_target
    done
}
