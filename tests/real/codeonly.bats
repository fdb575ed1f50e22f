# --code-only in a process that serves Flask and Django (Debian's, on Debian's Python) under load: every
# Python source that it has loaded, the standard library's included, is shifted by one line.
# bats file_tags=slow
load ../helpers
load web
export BATS_TEST_TIMEOUT=600

setup() {
    need_web
    copy_tree
    start_web
}

teardown() {
    stop_web
    checks_held
}

# The import system itself is not among what can be reimported.
own_modules() {
    page /modules | jq -r 'to_entries[] | select(.value | test("importlib/_bootstrap") | not) | .key'
}

@test "all live code of Flask, Django and the standard library is swapped under load" {
    local names before report
    start_load
    before=$(page /traceback)
    [ "$(jq length <<<"$before")" -ge 4 ]
    assert_same '["__main__","__mp_main__","suite"]' "$(page /elsewhere | jq -c sort)"
    mapfile -t names < <(own_modules)
    [ "${#names[@]}" -gt 400 ]
    page /modules | jq -r '.[]' | sort -u | tr '\n' '\0' | xargs -0 "$PYTHON" "$TESTS/real/shift.py"

    report=$(timeout -k 5 300 "$REIMPORT" --json --timeout 240 --code-only --pid "$PID" "${names[@]}")
    jq -c '[.result, .times_ms, ([.modules[].swapped] | add)]' <<<"$report" >&3
    assert_same '' "$(comm -23 <(printf '%s\n' "${names[@]}" | sort) <(jq -r '.modules[].name' <<<"$report" | sort))"
    [ "$(jq '[.modules[].swapped] | add' <<<"$report")" -gt 10000 ]
    assert_same '[]' "$(jq -c '.references.left' <<<"$report")"
    assert_same '[]' "$(jq -c '[.modules[] | select(.beyond != []) | {name, beyond}]' <<<"$report")"
    assert_same '[]' "$(jq -c '[.modules[] | select(.functions.updated != []) | .name]' <<<"$report")"

    # a traceback through Flask names the new lines; so does all live code
    assert_same "$(jq -c 'map(.[1] += 1)' <<<"$before")" "$(page /traceback | jq -c .)"
    assert_same '' "$(page /code | "$PYTHON" "$TESTS/real/agree.py" | grep -v /importlib/_bootstrap)"

    # and back
    run -0 timeout -k 5 300 "$REIMPORT" --json --timeout 240 --undo --pid "$PID"
    assert_same "$(jq -c . <<<"$before")" "$(page /traceback | jq -c .)"
    assert_same '' "$(page /code | "$PYTHON" "$TESTS/real/agree.py" .orig | grep -v /importlib/_bootstrap)"
    end_load
}
