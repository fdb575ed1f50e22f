/* Threads asleep on stacks that are not what they look like from outside: whoever borrows such a thread
 * and takes the mapping that its stack pointer is in for its stack, writes over what lies below. Loaded
 * into a Python target with ctypes.
 *
 *   stacks_alternate(SIZE)  in a signal handler, on an alternate stack that came from malloc()
 *   stacks_switched(SIZE)   in a context of its own (swapcontext), likewise
 *   stacks_given(SIZE)      on a stack that the thread's maker took out of the middle of a mapping
 *   stacks_smallest()       on the smallest stack that a thread can have, with those of others below
 *   stacks_bad()            how many bytes around such stacks are not as they were; -1: a thread does
 *                           not sleep any more
 *
 * Each but the last starts one thread, and returns its ID once it sleeps. */
#define _GNU_SOURCE
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

int stacks_alternate(size_t size);
int stacks_switched(size_t size);
int stacks_given(size_t size);
int stacks_smallest(void);
long stacks_bad(void);

#define AROUND (1u << 20)
#define FILLING 0x5a
#define THREADS_MAX 16
#define NEIGHBOURS 8

/* A stack, and what lies around it and belongs to somebody else. */
static struct arena {
    uint8_t *below, *stack, *above;
    size_t size;
} arenas[THREADS_MAX];
static int arena_count;

static atomic_int tid_asleep, returned;
static ucontext_t contexts[THREADS_MAX], back;

static struct arena *arena(uint8_t *bytes, size_t size)
{
    struct arena *a = &arenas[arena_count++];

    *a = (struct arena){bytes, bytes + AROUND, bytes + AROUND + size, size};
    memset(a->below, FILLING, AROUND);
    memset(a->above, FILLING, AROUND);
    return a;
}

static long not_filled(const uint8_t *bytes)
{
    long n = 0;

    for (unsigned i = 0; i < AROUND; i++)
        n += bytes[i] != FILLING;
    return n;
}

long stacks_bad(void)
{
    long n = 0;

    for (int i = 0; i < arena_count; i++)
        n += not_filled(arenas[i].below) + not_filled(arenas[i].above);
    return returned ? -1 : n;
}

static void sleep_for_ever(void)
{
    tid_asleep = (int)syscall(SYS_gettid);
    poll(NULL, 0, -1);
    returned = 1;
    for (;;)
        pause();
}

static void handler(int signal)
{
    (void)signal;
    sleep_for_ever();
}

static void *sleep_in_handler(void *arena)
{
    const struct arena *a = arena;
    const stack_t alternate = {.ss_sp = a->stack, .ss_size = a->size};
    const struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};

    if (sigaltstack(&alternate, NULL) == 0 && sigaction(SIGRTMIN + 5, &action, NULL) == 0)
        pthread_kill(pthread_self(), SIGRTMIN + 5);
    return NULL;
}

static void *sleep_in_context(void *arena)
{
    const struct arena *a = arena;
    ucontext_t *context = &contexts[a - arenas];

    getcontext(context);
    context->uc_stack = (stack_t){.ss_sp = a->stack, .ss_size = a->size};
    makecontext(context, sleep_for_ever, 0);
    swapcontext(&back, context);
    return NULL;
}

static void *just_sleep(void *unused)
{
    sleep_for_ever();
    return unused;
}

static int start(const pthread_attr_t *attr, void *(*body)(void *), void *argument)
{
    pthread_t thread;

    tid_asleep = 0;
    if (pthread_create(&thread, attr, body, argument))
        return -1;
    while (!tid_asleep)
        usleep(1000);
    return tid_asleep;
}

int stacks_alternate(size_t size)
{
    return start(NULL, sleep_in_handler, arena(malloc(2 * AROUND + size), size));
}

int stacks_switched(size_t size)
{
    return start(NULL, sleep_in_context, arena(malloc(2 * AROUND + size), size));
}

int stacks_given(size_t size)
{
    uint8_t *bytes =
        mmap(NULL, 2 * AROUND + size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pthread_attr_t attr;

    pthread_attr_init(&attr);
    if (pthread_attr_setstack(&attr, arena(bytes, size)->stack, size))
        return -1;
    return start(&attr, just_sleep, NULL);
}

int stacks_smallest(void)
{
    pthread_attr_t attr;
    int highest = 0;

    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, (size_t)PTHREAD_STACK_MIN);
    /* libc takes them from the top downwards */
    highest = start(&attr, just_sleep, NULL);
    for (int i = 0; i < NEIGHBOURS; i++)
        if (start(&attr, just_sleep, NULL) < 0)
            return -1;
    return highest;
}
