/* The agent's own runtime: see rt.h. */
#include "rt.h"

#include "arch.h"

#include <asm/unistd.h>

#define EINTR 4
#define EAGAIN 11
#define AF_UNIX 1
#define SOCK_SEQPACKET 5
#define SOCK_CLOEXEC 02000000
#define MSG_DONTWAIT 0x40
#define MSG_TRUNC 0x20
#define MSG_NOSIGNAL 0x4000
#define SHUT_RDWR 2
#define SIG_SETMASK 2
#define PR_SET_NAME 15
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_BOOTTIME 7
#define AT_FDCWD (-100)
#define O_WRONLY 1
#define O_CLOEXEC 02000000
#define FUTEX_WAIT_PRIVATE 128
#define FUTEX_WAKE_PRIVATE 129
#define AT_EMPTY_PATH 0x1000
#define STATX_INO 0x100u
#define STATX_BTIME 0x800u
#define PROT_READ_WRITE 3
#define MAP_PRIVATE_ANONYMOUS 0x22
#define LOOK_NS 1000000 /* how long rt_wait_word() sleeps at a time */

struct timespec64 {
    int64_t seconds;
    int64_t nanoseconds;
};

int rt_poll(struct rt_pollfd *fds, unsigned count, int64_t timeout_ms)
{
    struct timespec64 timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000};
    long n;

    for (unsigned i = 0; i < count; i++)
        fds[i].revents = 0;
    n = arch_syscall(__NR_ppoll, (long)fds, count, (long)&timeout, 0, 0, 0);
    return n == -EINTR ? 0 : (int)n;
}

long rt_send(int fd, const void *bytes, size_t n)
{
    return arch_syscall(__NR_sendto, fd, (long)bytes, (long)n, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
}

long rt_recv(int fd, void *bytes, size_t n)
{
    return arch_syscall(__NR_recvfrom, fd, (long)bytes, (long)n, MSG_DONTWAIT | MSG_TRUNC, 0, 0);
}

int rt_close(int fd)
{
    return (int)arch_syscall(__NR_close, fd, 0, 0, 0, 0, 0);
}

int rt_shutdown(int socket)
{
    return (int)arch_syscall(__NR_shutdown, socket, SHUT_RDWR, 0, 0, 0, 0);
}

int rt_seqpacket_pair(int fds[2])
{
    return (int)arch_syscall(__NR_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, (long)fds,
                             0, 0);
}

int rt_sigmask(uint64_t mask, uint64_t *old)
{
    return (int)arch_syscall(__NR_rt_sigprocmask, SIG_SETMASK, (long)&mask, (long)old, sizeof(mask),
                             0, 0);
}

/* struct statx: stx_mask is at 0, stx_ino at 32, stx_btime at 80 (seconds, then nanoseconds),
 * stx_dev_major and stx_dev_minor at 136; 256 bytes */
union statx_buf {
    uint8_t bytes[256];
    uint64_t words[32];
    uint32_t halves[64];
};

int rt_identity(int fd, uint64_t *dev, uint64_t *ino)
{
    union statx_buf st;
    int error = (int)arch_syscall(__NR_statx, fd, (long)"", AT_EMPTY_PATH, STATX_INO, (long)&st, 0);

    if (error == 0) {
        *ino = st.words[4];
        *dev = (uint64_t)st.halves[34] << 32 | st.halves[35];
    }
    return error;
}

bool rt_is(int fd, uint64_t dev, uint64_t ino)
{
    uint64_t dev_now, ino_now;

    return rt_identity(fd, &dev_now, &ino_now) == 0 && dev_now == dev && ino_now == ino;
}

void rt_thread_name(const char *name)
{
    arch_syscall(__NR_prctl, PR_SET_NAME, (long)name, 0, 0, 0, 0);
}

int rt_thread_id(void)
{
    return (int)arch_syscall(__NR_gettid, 0, 0, 0, 0, 0, 0);
}

int rt_process_id(void)
{
    return (int)arch_syscall(__NR_getpid, 0, 0, 0, 0, 0, 0);
}

bool rt_has_room(size_t n)
{
    long at = arch_syscall(__NR_mmap, 0, (long)n, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);

    if (at < 0 && at > -4096)
        return false;
    arch_syscall(__NR_munmap, at, (long)n, 0, 0, 0, 0);
    return true;
}

/* Writes `number` and a null, and returns where the null is. */
static char *put_number(char *to, unsigned number)
{
    char digits[12];
    int n = 0;

    do
        digits[n++] = (char)('0' + number % 10);
    while (number /= 10);
    while (n > 0)
        *to++ = digits[--n];
    *to = '\0';
    return to;
}

void rt_name_thread(int tid, const char *name)
{
    static const char begin[] = "/proc/self/task/", end[] = "/comm";
    char path[sizeof(begin) + 12 + sizeof(end)];
    int fd;

    memcpy(path, begin, sizeof(begin));
    memcpy(put_number(path + sizeof(begin) - 1, (unsigned)tid), end, sizeof(end));
    fd = (int)arch_syscall(__NR_openat, AT_FDCWD, (long)path, O_WRONLY | O_CLOEXEC, 0, 0, 0);
    if (fd < 0)
        return;
    arch_syscall(__NR_write, fd, (long)name, (long)strlen(name), 0, 0, 0);
    rt_close(fd);
}

void rt_await(volatile uint32_t *word, int64_t timeout_ms)
{
    int64_t until = timeout_ms < 0 ? INT64_MAX : rt_monotonic_ns() + timeout_ms * 1000000, left;
    struct timespec64 timeout;

    while (*word == 0 && (left = until - rt_monotonic_ns()) > 0) {
        timeout = (struct timespec64){left / 1000000000, left % 1000000000};
        arch_syscall(__NR_futex, (long)word, FUTEX_WAIT_PRIVATE, 0,
                     timeout_ms < 0 ? 0 : (long)&timeout, 0, 0);
    }
}

void rt_wake(volatile uint32_t *word)
{
    *word = 1;
    arch_syscall(__NR_futex, (long)word, FUTEX_WAKE_PRIVATE, INT32_MAX, 0, 0, 0);
}

static int64_t clock_ns(long clock)
{
    struct timespec64 now = {0, 0};

    arch_syscall(__NR_clock_gettime, clock, (long)&now, 0, 0, 0, 0);
    return now.seconds * 1000000000 + now.nanoseconds;
}

int64_t rt_birth_ns(const char *path)
{
    union statx_buf st;

    if (arch_syscall(__NR_statx, AT_FDCWD, (long)path, 0, STATX_BTIME, (long)&st, 0) < 0 ||
        !(st.halves[0] & STATX_BTIME))
        return 0;
    return (int64_t)st.words[10] * 1000000000 + st.halves[22];
}

int64_t rt_monotonic_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

int64_t rt_realtime_ns(void)
{
    return clock_ns(CLOCK_REALTIME);
}

int64_t rt_boottime_ns(void)
{
    return clock_ns(CLOCK_BOOTTIME);
}

/* By sigtimedwait() for no signal at all: interrupted, it ends with EINTR, where other waits would
 * have the kernel continue them later, and forget for that which call the thread was in before. The
 * interruption may come between a look at the word and the wait: so that is short, and begun again. */
void rt_wait_word(const volatile uint32_t *word, int64_t timeout_ms)
{
    int64_t until = rt_monotonic_ns() + timeout_ms * 1000000, left;
    const uint64_t none = 0;
    struct timespec64 timeout;
    long rc;

    while (*word == 0 && (left = until - rt_monotonic_ns()) > 0) {
        timeout = (struct timespec64){0, left < LOOK_NS ? left : LOOK_NS};
        rc = arch_syscall(__NR_rt_sigtimedwait, (long)&none, 0, (long)&timeout, sizeof(none), 0, 0);
        if (rc != -EINTR && rc != -EAGAIN)
            return;
    }
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    return memmove(to, from, n);
}

/* The volatile accesses keep gcc from turning the loops into calls of these very functions. */
void *memmove(void *to, const void *from, size_t n)
{
    volatile uint8_t *t = to;
    const uint8_t *f = from;

    if ((uintptr_t)to <= (uintptr_t)from)
        for (size_t i = 0; i < n; i++)
            t[i] = f[i];
    else
        while (n--)
            t[n] = f[n];
    return to;
}

void *memset(void *to, int byte, size_t n)
{
    volatile uint8_t *t = to;

    for (size_t i = 0; i < n; i++)
        t[i] = (uint8_t)byte;
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const volatile uint8_t *x = a, *y = b;

    for (size_t i = 0; i < n; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

size_t strlen(const char *s)
{
    const volatile char *end = s;

    while (*end)
        end++;
    return (size_t)(end - s);
}

int strcmp(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (uint8_t)*a - (uint8_t)*b;
}
