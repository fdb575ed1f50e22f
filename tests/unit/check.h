/* What the unit tests share. A test program is a list of functions without arguments, each run by
 * TEST(); it prints TAP, and on standard error which expectations were not met. */
#ifndef TEST_CHECK_H
#define TEST_CHECK_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_failures, check_count, check_tests, check_failed_tests;

#define TEST(function) check_test(function, #function)

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

/* A test that checked nothing has not passed. */
static inline void check_test(void (*function)(void), const char *name)
{
    check_failures = check_count = 0;
    function();
    bool ok = check_count > 0 && check_failures == 0;
    check_failed_tests += !ok;
    printf("%sok %d - %s: %d checks\n", ok ? "" : "not ", ++check_tests, name, check_count);
}

/* The exit status of the program. */
static inline int check_end(void)
{
    printf("1..%d\n", check_tests);
    return check_failed_tests > 0 || check_tests == 0;
}

#endif
