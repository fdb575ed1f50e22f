/* What the fuzzers share. Each defines LLVMFuzzerTestOneInput() (libFuzzer) and says with REQUIRE()
 * what must hold whatever the input is; the sanitizers say the rest. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition) fuzz_require((condition), #condition, __FILE__, __LINE__)

static inline void fuzz_require(bool ok, const char *what, const char *file, int line)
{
    if (ok)
        return;
    fprintf(stderr, "%s:%d: not true: %s\n", file, line, what);
    abort();
}

/* The input, taken from its beginning; what is not there is zero. */
struct input {
    const uint8_t *at;
    size_t left;
};

static inline uint64_t take(struct input *input, size_t width)
{
    uint64_t number = 0;

    for (size_t i = 0; i < width && input->left; i++, input->left--)
        number |= (uint64_t)*input->at++ << (8 * i);
    return number;
}

/* The next bytes, at most n; *got is how many. */
static inline const uint8_t *take_bytes(struct input *input, size_t n, size_t *got)
{
    const uint8_t *bytes = input->at;

    *got = n < input->left ? n : input->left;
    input->at += *got;
    input->left -= *got;
    return bytes;
}

#endif
