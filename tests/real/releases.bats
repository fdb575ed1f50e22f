# Real changes: processes follow from one release of a package to the next.
# bats file_tags=slow
export BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:-600}
load ../helpers
load releases

# package and module; older and newer suite; how its tests are run; which; what else they need.
# `make check` runs the first two, SOAK=1 all.
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

@test "the tests of a new release pass in a process that has loaded the old one" {
    local row rows=("${RELEASES[@]}")
    [ -n "${SOAK:-}" ] || rows=("${RELEASES[@]:0:2}")
    for row in "${rows[@]}"; do
        IFS='|' read -r what tests needs <<<"$row"
        read -ra what <<<"$what"
        read -ra tests <<<"$tests"
        # shellcheck disable=SC2034 # follows uses it
        read -ra NEEDS <<<"$needs"
        follows "${what[@]}" "$(printf '"%s",' "${tests[@]}")" "${what[0]}"
        stop_targets
    done
}
