/* Threads asleep in a signal handler. What the handler has interrupted goes on only when it returns: if that
 * was in malloc(), the thread sleeps with an arena's lock held. Loaded into a Python target with ctypes.
 *
 *   handlers_allocating(FLAGS)  has interrupted malloc() or free() of glibc, which holds the arena's lock.
 *                               FLAGS: of sigaction()
 *   handlers_running(FLAGS)     has interrupted code that is not Python's
 *   handlers_twice()            as handlers_allocating(0), and in a second handler on an alternate stack, which
 *                               has interrupted the first one's sleep
 *   handlers_sleeping(FLAGS)    has interrupted poll() (FLAGS 0) or read() that would go on (SA_RESTART)
 *   handlers_stale()            not in a handler any more: only the frame of one lies in its stack, in what has not
 *                               been written to since
 *   handlers_end()              all handlers return. Returns how many threads then go on as they should
 *
 * Each but the last starts one thread, and returns its ID once it sleeps. */
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int handlers_allocating(int flags);
int handlers_running(int flags);
int handlers_twice(void);
int handlers_sleeping(int flags);
int handlers_stale(void);
int handlers_end(void);

#define SIGNAL (SIGRTMIN + 4)
#define SECOND (SIGRTMIN + 5)
#define HEAP_BYTES (64ul << 20) /* HEAP_MAX_SIZE of glibc's malloc/arena.c: where an arena begins */
#define PATIENCE_MS 5000

static int never[2]; /* a pipe: nothing comes until the end */
static atomic_int tid, tid_asleep, ended, went_on;
static __thread const atomic_int *arena_lock; /* of this thread */
static atomic_bool only_locked, at_once;

static void sleep_in_handler(void)
{
    char byte;

    tid_asleep = (int)syscall(SYS_gettid);
    while (!ended && read(never[0], &byte, 1) < 0)
        ;
}

static void handler(int signal)
{
    if (at_once || (signal == SIGNAL && only_locked && (!arena_lock || !*arena_lock)))
        return;
    sleep_in_handler();
}

static void until_the_end(void)
{
    while (!ended)
        poll(NULL, 0, 10);
    went_on++;
}

/* What glibc hands out to other threads than the first lies in a heap that starts with the arena, and that with
 * its lock, at a multiple of its greatest size; in the first page of it, from 2.27 on. */
static void *allocate(void *unused)
{
    void *parts[32];
    uintptr_t heap = (uintptr_t)malloc(5000) & ~(HEAP_BYTES - 1);

    arena_lock = *(const atomic_int **)heap;
    tid = (int)syscall(SYS_gettid);
    while (!ended) {
        for (size_t i = 0; i < 32; i++)
            parts[i] = malloc(2000 + i * 40);
        for (size_t i = 0; i < 32; i++)
            free(parts[i]);
    }
    went_on++;
    return unused;
}

static void *run(void *unused)
{
    tid = (int)syscall(SYS_gettid);
    while (!ended)
        ;
    went_on++;
    return unused;
}

static void *sleep_in_poll(void *unused)
{
    tid = (int)syscall(SYS_gettid);
    poll(NULL, 0, -1);
    until_the_end();
    return unused;
}

static void *sleep_in_read(void *unused)
{
    char byte;

    tid = (int)syscall(SYS_gettid);
    (void)!read(never[0], &byte, 1);
    until_the_end();
    return unused;
}

static __attribute__((noinline)) void run_deep(void)
{
    volatile char room[65536];

    room[0] = 1;
    tid = (int)syscall(SYS_gettid);
    while (!tid_asleep)
        room[1]++;
}

static __attribute__((noinline)) void sleep_deeper(void)
{
    volatile char room[131072]; /* hardly any of it is written to */

    room[0] = 1;
    tid = room[0];
    until_the_end();
    room[1] = room[0];
}

static void *leave_a_frame(void *unused)
{
    run_deep();
    sleep_deeper();
    return unused;
}

static void set_handlers(int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

    sigaction(SIGNAL, &action, NULL);
    action.sa_flags = SA_ONSTACK;
    sigaction(SECOND, &action, NULL);
    if (!never[1])
        (void)!pipe(never);
}

static pthread_t start(void *(*body)(void *), int flags)
{
    pthread_t thread;

    set_handlers(flags);
    tid = tid_asleep = 0;
    if (pthread_create(&thread, NULL, body, NULL))
        abort();
    while (!tid)
        usleep(1000);
    return thread;
}

/* Until a handler has found what it wants, and sleeps. */
static int interrupt(pthread_t thread, int signal)
{
    usleep(20000); /* the thread falls asleep, if it does */
    for (tid_asleep = 0; !tid_asleep; usleep(300))
        pthread_kill(thread, signal);
    usleep(20000);
    return tid_asleep;
}

int handlers_allocating(int flags)
{
    pthread_t thread = start(allocate, flags);

    only_locked = true;
    return interrupt(thread, SIGNAL);
}

int handlers_running(int flags)
{
    pthread_t thread = start(run, flags);

    only_locked = false;
    return interrupt(thread, SIGNAL);
}

static void *allocate_twice(void *unused)
{
    const stack_t alternate = {.ss_sp = malloc(1 << 18), .ss_size = 1 << 18};

    sigaltstack(&alternate, NULL);
    return allocate(unused);
}

int handlers_twice(void)
{
    pthread_t thread = start(allocate_twice, 0);

    only_locked = true;
    interrupt(thread, SIGNAL);
    return interrupt(thread, SECOND);
}

int handlers_sleeping(int flags)
{
    pthread_t thread = start(flags & SA_RESTART ? sleep_in_read : sleep_in_poll, flags);

    only_locked = false;
    return interrupt(thread, SIGNAL);
}

int handlers_stale(void)
{
    pthread_t thread = start(leave_a_frame, 0);
    int it = tid;

    at_once = true;
    pthread_kill(thread, SIGNAL);
    usleep(20000);
    tid = 0;
    tid_asleep = 1; /* it leaves */
    while (!tid)
        usleep(1000);
    usleep(20000);
    at_once = false;
    return it;
}

int handlers_end(void)
{
    static const char bytes[64];

    went_on = 0;
    ended = 1;
    (void)!write(never[1], bytes, sizeof(bytes));
    for (int ms = 0, before = -1; ms < PATIENCE_MS && before != went_on; ms += 200) {
        before = went_on;
        usleep(200000);
    }
    return went_on;
}
