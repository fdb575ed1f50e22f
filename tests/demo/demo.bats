load ../helpers

@test "make demo: a server under load gets new code and fails no request" {
    need gunicorn wrk
    run -0 "$TESTS/demo/demo"
    assert_contains "$output" "total 42"
    assert_contains "$output" "total 40 for you"
    [[ ${lines[-1]} =~ ^[0-9]+\ requests\ served.*,\ 0\ failed ]]
}
