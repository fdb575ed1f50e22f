/* What the unit tests share. Each test program prints nothing and ends with 0, or says which
 * expectations were not met and ends with 1. */
#ifndef TEST_CHECK_H
#define TEST_CHECK_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_failures, check_count;

#define CHECK(condition) check_that((condition), #condition, __FILE__, __LINE__)
#define CHECK_TEXT(got, expected) check_text((got), (expected), __FILE__, __LINE__)

static inline void check_that(bool ok, const char *what, const char *file, int line)
{
    check_count++;
    if (ok)
        return;
    check_failures++;
    fprintf(stderr, "%s:%d: not true: %s\n", file, line, what);
}

static inline void check_text(const char *got, const char *expected, const char *file, int line)
{
    check_count++;
    if (strcmp(got, expected) == 0)
        return;
    check_failures++;
    fprintf(stderr, "%s:%d: expected\n%s\ngot\n%s\n", file, line, expected, got);
}

/* The exit status. A program that checked nothing has not passed. */
static inline int check_end(void)
{
    if (check_count == 0)
        fprintf(stderr, "nothing was checked\n");
    return check_failures > 0 || check_count == 0;
}

#endif
