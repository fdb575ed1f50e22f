/* Things that make a process hard to attach to. Loaded into a Python target with ctypes; each call
 * starts threads, timers or filters that go on until the process ends.
 *
 *   busy_malloc(N)           N threads that allocate and free
 *   busy_dlopen(LIBRARY)     a thread that loads and unloads it
 *   busy_dlopen_once(LIBRARY)
 *                            a thread that does so once, and ends
 *   busy_threads(N)          N threads that create and join threads
 *   busy_fork(N)             N threads that fork and wait for the child; vfork(), if N < 0
 *   busy_vfork_once(S)       vfork(), and a child that takes S seconds to end
 *   busy_signals(US, FLAGS)  SIGALRM and SIGPROF every US microseconds, with SA_ flags
 *   busy_altstack()          the calling thread gets an alternate signal stack
 *   busy_registers()         a thread that fills every register it can, sleeps in poll(), compares
 *   busy_small_stacks(N)     N threads with the smallest stack, asleep
 *   busy_seccomp(ACTION)     memfd_create() gives EPERM (0), SIGSYS (1), ends the process (2), or
 *                            works (3)
 *   busy_seccomp_here()      memfd_create() on this thread ends the process
 *   busy_seccomp_unknown(ACTION)  a system call that there is not gives EPERM, SIGSYS, ends the process
 *   busy_deny(FUNCTION)      socketpair() or pthread_create() fails with EAGAIN
 *   busy_report()            "NAME ROUNDS BAD" for each, a line each */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

int busy_malloc(int n);
int busy_dlopen(const char *library);
int busy_dlopen_once(const char *library);
int busy_threads(int n);
int busy_fork(int n);
int busy_vfork_once(unsigned seconds);
int busy_signals(int us, int flags);
int busy_altstack(void);
int busy_registers(void);
int busy_small_stacks(int n);
int busy_seccomp(int action);
int busy_seccomp_here(void);
int busy_seccomp_unknown(int action);
int busy_deny(const char *function);
const char *busy_report(void);

enum { MALLOC, DLOPEN, THREADS, FORK, SIGNALS, REGISTERS, KINDS };
static const char *const names[KINDS] = {"malloc", "dlopen",  "threads",
                                         "fork",   "signals", "registers"};
static atomic_long rounds[KINDS], bad[KINDS];

const char *busy_report(void)
{
    static char text[1024];
    size_t n = 0;

    for (int i = 0; i < KINDS; i++)
        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s %ld %ld\n", names[i], rounds[i],
                              bad[i]);
    return text;
}

static int start(int n, void *(*body)(void *), void *argument)
{
    pthread_t thread;

    for (int i = 0; i < n; i++)
        if (pthread_create(&thread, NULL, body, argument))
            return -1;
    return n;
}

static void *allocate(void *unused)
{
    void *kept[64] = {0};
    unsigned seed = (unsigned)syscall(SYS_gettid);

    (void)unused;
    for (;; rounds[MALLOC]++) {
        unsigned slot = (unsigned)rand_r(&seed) % 64;
        size_t size = 1u << (rand_r(&seed) % 18);

        free(kept[slot]);
        kept[slot] = malloc(size);
        if (kept[slot])
            memset(kept[slot], 1, size < 64 ? size : 64);
        else
            bad[MALLOC]++;
    }
    return NULL;
}

int busy_malloc(int n)
{
    return start(n, allocate, NULL);
}

static void *load_once(void *library)
{
    void *handle = dlopen(library, RTLD_NOW);

    if (!handle || dlclose(handle))
        bad[DLOPEN]++;
    rounds[DLOPEN]++;
    return NULL;
}

static void *load(void *library)
{
    for (;;)
        load_once(library);
    return NULL;
}

int busy_dlopen(const char *library)
{
    return start(1, load, strdup(library));
}

int busy_dlopen_once(const char *library)
{
    return start(1, load_once, strdup(library));
}

static void *nothing(void *unused)
{
    return unused;
}

static void *create(void *unused)
{
    pthread_t thread;

    (void)unused;
    for (;; rounds[THREADS]++)
        if (pthread_create(&thread, NULL, nothing, NULL) || pthread_join(thread, NULL))
            bad[THREADS]++;
    return NULL;
}

int busy_threads(int n)
{
    return start(n, create, NULL);
}

static void *fork_and_wait(void *use_vfork)
{
    for (;; rounds[FORK]++) {
        int status = -1;
        pid_t child = use_vfork ? vfork() : fork();

        if (child == 0)
            _exit(7);
        if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
            WEXITSTATUS(status) != 7)
            bad[FORK]++;
    }
    return NULL;
}

int busy_fork(int n)
{
    return n < 0 ? start(-n, fork_and_wait, (void *)1) : start(n, fork_and_wait, NULL);
}

int busy_vfork_once(unsigned seconds)
{
    int status = -1;
    pid_t child = vfork();

    if (child == 0) {
        sleep(seconds);
        _exit(0);
    }
    return waitpid(child, &status, 0) == child ? status : -1;
}

static void count(int signal)
{
    (void)signal;
    rounds[SIGNALS]++;
}

int busy_signals(int us, int flags)
{
    const struct sigaction action = {.sa_handler = count, .sa_flags = flags};
    const struct itimerval every = {{0, us}, {0, us}};

    return sigaction(SIGALRM, &action, NULL) || sigaction(SIGPROF, &action, NULL) ||
           setitimer(ITIMER_REAL, &every, NULL) || setitimer(ITIMER_PROF, &every, NULL);
}

int busy_altstack(void)
{
    const stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};

    return sigaltstack(&stack, NULL);
}

#if defined(__x86_64__)
/* What is in the registers before and after a poll() with a timeout, made right here so that nothing
 * but the kernel (and whoever attaches) stands in between. */
struct registers {
    uint8_t vectors[16][32];
    uint64_t general[6]; /* rbx, rbp, r12 to r15 */
};

static long poll_with(const struct registers *before, struct registers *after)
{
    struct pollfd none = {.fd = -1};
    register const struct registers *from __asm__("r8") = before;
    register struct registers *to __asm__("r9") = after;
    long result;

    __asm__ volatile("lea -128(%%rsp), %%rsp\n" /* what the compiler keeps below it */
                     "push %%rbx\n push %%rbp\n push %%r12\n push %%r13\n push %%r14\n push %%r15\n"
                     "vmovdqu 0x000(%%r8), %%ymm0\n vmovdqu 0x020(%%r8), %%ymm1\n"
                     "vmovdqu 0x040(%%r8), %%ymm2\n vmovdqu 0x060(%%r8), %%ymm3\n"
                     "vmovdqu 0x080(%%r8), %%ymm4\n vmovdqu 0x0a0(%%r8), %%ymm5\n"
                     "vmovdqu 0x0c0(%%r8), %%ymm6\n vmovdqu 0x0e0(%%r8), %%ymm7\n"
                     "vmovdqu 0x100(%%r8), %%ymm8\n vmovdqu 0x120(%%r8), %%ymm9\n"
                     "vmovdqu 0x140(%%r8), %%ymm10\n vmovdqu 0x160(%%r8), %%ymm11\n"
                     "vmovdqu 0x180(%%r8), %%ymm12\n vmovdqu 0x1a0(%%r8), %%ymm13\n"
                     "vmovdqu 0x1c0(%%r8), %%ymm14\n vmovdqu 0x1e0(%%r8), %%ymm15\n"
                     "mov 0x200(%%r8), %%rbx\n mov 0x208(%%r8), %%rbp\n"
                     "mov 0x210(%%r8), %%r12\n mov 0x218(%%r8), %%r13\n"
                     "mov 0x220(%%r8), %%r14\n mov 0x228(%%r8), %%r15\n"
                     "mov $7, %%eax\n syscall\n"
                     "vmovdqu %%ymm0, 0x000(%%r9)\n vmovdqu %%ymm1, 0x020(%%r9)\n"
                     "vmovdqu %%ymm2, 0x040(%%r9)\n vmovdqu %%ymm3, 0x060(%%r9)\n"
                     "vmovdqu %%ymm4, 0x080(%%r9)\n vmovdqu %%ymm5, 0x0a0(%%r9)\n"
                     "vmovdqu %%ymm6, 0x0c0(%%r9)\n vmovdqu %%ymm7, 0x0e0(%%r9)\n"
                     "vmovdqu %%ymm8, 0x100(%%r9)\n vmovdqu %%ymm9, 0x120(%%r9)\n"
                     "vmovdqu %%ymm10, 0x140(%%r9)\n vmovdqu %%ymm11, 0x160(%%r9)\n"
                     "vmovdqu %%ymm12, 0x180(%%r9)\n vmovdqu %%ymm13, 0x1a0(%%r9)\n"
                     "vmovdqu %%ymm14, 0x1c0(%%r9)\n vmovdqu %%ymm15, 0x1e0(%%r9)\n"
                     "mov %%rbx, 0x200(%%r9)\n mov %%rbp, 0x208(%%r9)\n"
                     "mov %%r12, 0x210(%%r9)\n mov %%r13, 0x218(%%r9)\n"
                     "mov %%r14, 0x220(%%r9)\n mov %%r15, 0x228(%%r9)\n"
                     "pop %%r15\n pop %%r14\n pop %%r13\n pop %%r12\n pop %%rbp\n pop %%rbx\n"
                     "lea 128(%%rsp), %%rsp\n"
                     : "=a"(result)
                     : "r"(from), "r"(to), "D"(&none), "S"(1l), "d"(20l)
                     : "rcx", "r11", "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
                       "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
                       "xmm15");
    return result;
}
#else
#error "no such processor yet"
#endif

static void *compare(void *unused)
{
    struct registers before, after;
    unsigned seed = 1;

    (void)unused;
    for (;; rounds[REGISTERS]++) {
        errno = 4711; /* what is called here in the meantime may not change it */
        for (size_t i = 0; i < sizeof(before); i++)
            ((uint8_t *)&before)[i] = (uint8_t)rand_r(&seed);
        memset(&after, 0, sizeof(after));
        if (poll_with(&before, &after) != 0 || errno != 4711 ||
            memcmp(&before, &after, sizeof(before)) != 0)
            bad[REGISTERS]++;
    }
    return NULL;
}

int busy_registers(void)
{
    return start(1, compare, NULL);
}

static void *sleep_on(void *unused)
{
    for (;;)
        poll(NULL, 0, -1);
    return unused;
}

int busy_small_stacks(int n)
{
    pthread_attr_t attr;
    pthread_t thread;

    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN);
    for (int i = 0; i < n; i++)
        if (pthread_create(&thread, &attr, sleep_on, NULL))
            return -1;
    return n;
}

/* Of all threads, or of this one: no system call whose number compares so is allowed. */
static int filter(uint16_t compare, uint32_t call, uint32_t action, bool all)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | compare | BPF_K, call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, action),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {.len = sizeof(code) / sizeof(*code), .filter = code};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, all ? SECCOMP_FILTER_FLAG_TSYNC : 0,
                        &program);
}

int busy_seccomp(int action)
{
    static const uint32_t actions[] = {SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_TRAP,
                                       SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ALLOW};

    return filter(BPF_JEQ, SYS_memfd_create, actions[action], true);
}

int busy_seccomp_here(void)
{
    return filter(BPF_JEQ, SYS_memfd_create, SECCOMP_RET_KILL_PROCESS, false);
}

int busy_seccomp_unknown(int action)
{
    static const uint32_t actions[] = {SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_TRAP,
                                       SECCOMP_RET_KILL_PROCESS};

    return filter(BPF_JGE, 1u << 30, actions[action], true);
}

int busy_deny(const char *function)
{
    return filter(BPF_JEQ, strcmp(function, "socketpair") == 0 ? SYS_socketpair : SYS_clone3,
                  SECCOMP_RET_ERRNO | EAGAIN, true);
}
