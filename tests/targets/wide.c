/* The registers of AVX-512, all in use in a thread that sleeps. Loaded into a Python target with ctypes.
 *
 *   wide_start()   a thread that fills zmm0 to zmm31 and k1 to k7, sleeps in poll(), and compares. Its
 *                  ID; 0 if the processor has no such registers
 *   wide_rounds(), wide_bad() */
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int wide_start(void);
long wide_rounds(void);
long wide_bad(void);

static atomic_int tid;
static atomic_long rounds, bad;

#if defined(__x86_64__)
struct wide {
    _Alignas(64) uint8_t zmm[32][64];
    uint64_t k[8]; /* k0 is left as it is */
};

#define LOAD(n) "vmovdqu64 64*" #n "(%%r8), %%zmm" #n "\n"
#define STORE(n) "vmovdqu64 %%zmm" #n ", 64*" #n "(%%r9)\n"
#define LOAD_K(n) "kmovq 2048+8*" #n "(%%r8), %%k" #n "\n"
#define STORE_K(n) "kmovq %%k" #n ", 2048+8*" #n "(%%r9)\n"
#define EACH_32(f)                                                                                 \
    f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8) f(9) f(10) f(11) f(12) f(13) f(14) f(15) f(16)    \
        f(17) f(18) f(19) f(20) f(21) f(22) f(23) f(24) f(25) f(26) f(27) f(28) f(29) f(30) f(31)
#define EACH_K(f) f(1) f(2) f(3) f(4) f(5) f(6) f(7)

__attribute__((noinline, target("avx512f,avx512bw"))) static long
poll_with(const struct wide *before, struct wide *after)
{
    struct pollfd none = {.fd = -1};
    register const struct wide *from __asm__("r8") = before;
    register struct wide *to __asm__("r9") = after;
    long result;

    __asm__ volatile(
        EACH_32(LOAD) EACH_K(LOAD_K) "mov $7, %%eax\n syscall\n" EACH_32(STORE) EACH_K(STORE_K)
        : "=a"(result)
        : "r"(from), "r"(to), "D"(&none), "S"(1l), "d"(20l)
        : "rcx", "r11", "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",
          "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "xmm16",
          "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25", "xmm26",
          "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k1", "k2", "k3", "k4", "k5", "k6", "k7");
    return result;
}

static int has_them(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}
#else
#error "no such processor yet"
#endif

static void *compare(void *unused)
{
    static struct wide before, after;
    unsigned seed = 1;

    tid = (int)syscall(SYS_gettid);
    for (;; rounds++) {
        for (size_t i = 0; i < sizeof(before); i++)
            ((uint8_t *)&before)[i] = (uint8_t)rand_r(&seed);
        after = before;
        memset(&after, 0, offsetof(struct wide, k));
        memset(&after.k[1], 0, sizeof(after.k) - sizeof(after.k[0]));
        if (poll_with(&before, &after) != 0 || memcmp(&before, &after, sizeof(before)) != 0)
            bad++;
    }
    return unused;
}

int wide_start(void)
{
    pthread_t thread;

    if (!has_them() || pthread_create(&thread, NULL, compare, NULL))
        return 0;
    while (!tid)
        usleep(1000);
    return tid;
}

long wide_rounds(void)
{
    return rounds;
}

long wide_bad(void)
{
    return bad;
}
