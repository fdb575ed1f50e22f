/* What a continued system call was to begin with, told by its arguments. */
#include "calls.h"
#include "check.h"

#include <sys/syscall.h>

#define STACK 0x7ffd00001000ull
#define HEAP 0x600000ull /* of a program at a fixed address */

static long restarted(uint64_t a, uint64_t b, uint64_t c)
{
    const uint64_t arguments[] = {a, b, c};

    return calls_restarted(arguments);
}

static void told(void)
{
    CHECK(restarted(1, 0, STACK) == SYS_clock_nanosleep);
    CHECK(restarted(0, 0, STACK) == SYS_clock_nanosleep);
    CHECK(restarted(0, 0, 1000) == SYS_poll);
    CHECK(restarted(STACK, 1, ~0ull) == SYS_poll);
    CHECK(restarted(STACK, 8, 500) == SYS_poll);
    CHECK(restarted(STACK, 300, 500) == SYS_poll);
    CHECK(restarted(HEAP, 1, 1000) == SYS_poll);
}

static void not_told(void)
{
    /* futex() waits of every kind, or a poll() that looks like one */
    CHECK(restarted(STACK, 0, 2) == -1);
    CHECK(restarted(STACK, 128, 2) == -1);
    CHECK(restarted(STACK, 9, 0) == -1);
    CHECK(restarted(STACK, 128 | 256 | 9, 0) == -1);
    CHECK(restarted(HEAP, 128, 2) == -1);
    /* nanosleep() */
    CHECK(restarted(STACK, STACK + 16, 0) == -1);
    CHECK(restarted(STACK, 0, 0) == -1);
    /* a timeout of minutes, or a time at a low address */
    CHECK(restarted(0, 0, HEAP) == -1);
}

int main(void)
{
    TEST(told);
    TEST(not_told);
    return check_end();
}
