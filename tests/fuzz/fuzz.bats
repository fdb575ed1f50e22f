# What a hostile process can say, or have in its memory: every fuzzer over its corpus, and then on its
# own for a moment; FUZZ_SECONDS (make soak: an hour) lengthens that.
# bats file_tags=slow
load ../helpers

# fuzz NAME: the fuzzer finds nothing.
fuzz() {
    local corpus=$TESTS/fuzz/corpus/$1 inputs
    [ -x "$BUILD/fuzz/$1" ]
    inputs=$(find "$corpus" -type f | wc -l)
    [ "$inputs" -gt 2 ] || fail "no corpus"
    run -0 "$TESTS/fuzz/run" -s "${FUZZ_SECONDS:-1}" -o "$BATS_TEST_TMPDIR/found" "$BUILD/fuzz/$1"
    assert_contains "$output" "1 fuzzers, 0 findings"
    [[ $output =~ $1:\ ([0-9]+)\ inputs ]]
    [ "${BASH_REMATCH[1]}" -ge "$inputs" ] || fail "$output"
    echo "# $1: ${BASH_REMATCH[1]} inputs" >&3
}

@test "ELF tables in memory" {
    fuzz elf
}

@test "the search for libc and Python in memory" {
    fuzz python
}

@test "the text of a process's maps" {
    fuzz maps
}

@test "messages and values" {
    fuzz wire
}

@test "replies, and what is shown of them" {
    fuzz reply
}

@test "the command's side of the conversation" {
    fuzz chan
}

@test "the agent's side of the conversation" {
    fuzz link
}

@test "values as Python objects" {
    fuzz codec
}

@test "the command line" {
    fuzz opts
}

@test "a fuzzer that finds something fails" {
    # the input of a finding that was mended, given to a fuzzer that refuses everything
    mkdir -p "$BATS_TEST_TMPDIR/fuzz"
    cat >"$BATS_TEST_TMPDIR/refuse.c" <<'END'
#include <stdlib.h>
#include <stdint.h>
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 2 && data[0] != data[1])
        abort();
    return 0;
}
END
    clang -fsanitize=fuzzer -o "$BATS_TEST_TMPDIR/maps" "$BATS_TEST_TMPDIR/refuse.c"
    run -1 "$TESTS/fuzz/run" -s 1 -o "$BATS_TEST_TMPDIR/found" "$BATS_TEST_TMPDIR/maps"
    assert_contains "$output" "1 fuzzers, 1 findings, in $BATS_TEST_TMPDIR/found"
}
