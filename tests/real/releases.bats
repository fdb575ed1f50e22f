# Real changes: processes follow from one release of a package to the next.
# bats file_tags=slow
export BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:-600}
load ../helpers
load releases

# package and module; older and newer suite; how its tests are run; which; what else they need.
# `make check` runs one or two on each Python, SOAK=1 all.
PYFLAKES=$(printf 'pyflakes.test.test_%s ' api builtin checker code_segment dict doctests imports is_literal \
    match other type_annotations undefined_names)
RELEASES=(
    "pyflakes  bookworm trixie   run_unittest | $PYFLAKES |"
    "sql       bookworm trixie   run_pytest | --pyargs sql |"
    "toolz     bookworm trixie   run_pytest | --pyargs toolz |"
    "queuelib  bookworm trixie   run_pytest | --pyargs queuelib |"
    "h11       bookworm testing  run_pytest | --pyargs h11 |"
    "mando     bookworm trixie   run_pytest | --pyargs mando | six"
    "multipledispatch bookworm trixie run_pytest | --pyargs multipledispatch | six"
)

# follow PYTHON COUNT SOAKED: the first COUNT of RELEASES; with SOAK, the first SOAKED.
follow() {
    local row count=$2
    # shellcheck disable=SC2034 # follows uses it
    PYTHON=$1
    [ -z "${SOAK:-}" ] || count=$3
    for row in "${RELEASES[@]:0:count}"; do
        IFS='|' read -r what tests needs <<<"$row"
        read -ra what <<<"$what"
        read -ra tests <<<"$tests"
        # shellcheck disable=SC2034 # follows uses it
        read -ra NEEDS <<<"$needs"
        follows "${what[@]}" "$(printf '"%s",' "${tests[@]}")" "${what[0]}"
        stop_targets
    done
}

@test "the tests of a new release pass in a process that has loaded the old one" {
    follow /usr/bin/python3.11 2 "${#RELEASES[@]}"
}
@test "on an older Python" {
    local python
    python=$(find_python 3.8) || impossible "no Python 3.8 on this machine"
    follow "$python" 1 3 # the others want a newer one
}
@test "on a newer Python" {
    local python
    python=$(find_python 3.13) || missing "no Python 3.13 (make deps roots)"
    follow "$python" 1 "${#RELEASES[@]}"
}
