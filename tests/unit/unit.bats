# The unit tests of the command: one program each, built by `make unit`.
load ../helpers

setup_file() {
    make -s -C "$PROJECT" unit
}

@test "text: escapes on the way to a terminal" {
    "$BUILD/unit/test_text"
}

@test "reply: decoding what a hostile process says" {
    "$BUILD/unit/test_reply"
}

@test "render: reports and errors as a person reads them" {
    "$BUILD/unit/test_render"
}

@test "denied: reasons and ways out" {
    "$BUILD/unit/test_denied"
}

@test "opts: what the command line takes and refuses" {
    "$BUILD/unit/test_opts"
}

@test "every unit test is in this file" {
    local source
    for source in "$TESTS"/unit/test_*.c; do
        grep -q "unit/$(basename "$source" .c)\"" "$BATS_TEST_FILENAME" || fail "$source is not run"
    done
}
