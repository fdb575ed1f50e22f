/* Makes what the agent needs fail: the Nth allocation through Python's allocators, the Nth step of
 * the journal. Loaded into a Python target with ctypes, RTLD_GLOBAL; CPython's own tests do the same
 * (_testcapi.set_nomemory), but for all threads.
 *
 *   faults_install()              puts the allocators' hooks in place
 *   faults_who(0 or 1)            whose calls are counted: this thread's; or those of the injected agent
 *   faults_allocations(N, COUNT)  from now on the Nth allocation fails, and COUNT - 1 after it
 *   faults_steps(N, COUNT, BACK)  the same for changes that the journal makes (test builds of the agent
 *                                 ask for leave); then the first BACK changes back fail too
 *   faults_record()               notes which allocations come in a new way: those with another call
 *                                 stack than any before, or the second, fourth, eighth... with it
 *   faults_places(NUMBERS, MAX)   their numbers; returns how many there are
 *   faults_explain()              from now on each failure is told on standard error, with its call stack
 *   faults_end()                  nothing fails any more
 *   faults_seen(), faults_made()  how many calls were counted, and how many of them failed */
#define _GNU_SOURCE
#include <execinfo.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>

/* PyMemAllocatorEx; the same in every CPython from 3.5 on */
struct allocator {
    void *ctx;
    void *(*malloc)(void *ctx, size_t size);
    void *(*calloc)(void *ctx, size_t n, size_t size);
    void *(*realloc)(void *ctx, void *p, size_t size);
    void (*free)(void *ctx, void *p);
};
enum { RAW, MEM, OBJ, DOMAINS };
void PyMem_GetAllocator(int domain, struct allocator *allocator);
void PyMem_SetAllocator(int domain, struct allocator *allocator);

void faults_install(void);
void faults_who(int agent);
void faults_allocations(long at, long count);
void faults_steps(long at, long count, long back);
void faults_record(void);
long faults_places(long *numbers, long max);
void faults_explain(void);
void faults_end(void);
long faults_seen(void);
long faults_made(void);
int reimport_test_fails(int back);

struct counter {
    atomic_long seen, made;
    long at, count; /* at 0: off */
};
static struct counter allocations, steps, steps_back;
static bool agent_only, explaining;
static struct allocator original[DOMAINS];
static __thread enum { UNKNOWN, OURS, AGENTS } whose;

/* True if this call is to fail. */
static bool fails(struct counter *c)
{
    if (c->at == 0)
        return false;
    long n = atomic_fetch_add(&c->seen, 1) + 1;
    if (n < c->at || n >= c->at + c->count)
        return false;
    atomic_fetch_add(&c->made, 1);
    if (explaining) {
        void *frames[100];
        backtrace_symbols_fd(frames, backtrace(frames, 100), 2);
    }
    return true;
}

/* The agent names its threads before anything else. */
static bool is_counted(void)
{
    char name[16];

    if (whose == UNKNOWN)
        whose = prctl(PR_GET_NAME, name) == 0 && strncmp(name, "reimport-", 9) == 0 ? AGENTS : OURS;
    return whose == (agent_only ? AGENTS : OURS);
}

/* ---- ways to an allocation ---- */

#define DEPTH 8
#define STACKS (1 << 18)
#define PLACES_MAX (1 << 18)
static struct {
    uint64_t hash;
    long count;
} stacks[STACKS];
static long places[PLACES_MAX], place_count;
static bool recording;

static uint64_t hash_of_stack(void)
{
    void *frames[DEPTH];
    uint64_t hash = 14695981039346656037u; /* FNV-1a, by words */

    for (int i = 0, n = backtrace(frames, DEPTH); i < n; i++)
        hash = (hash ^ (uintptr_t)frames[i]) * 1099511628211u;
    return hash | 1;
}

static void record(long number)
{
    uint64_t hash = hash_of_stack(), at = hash >> 46;

    while (stacks[at].hash && stacks[at].hash != hash)
        at = (at + 1) % STACKS;
    stacks[at].hash = hash;
    long count = ++stacks[at].count;
    if ((count & (count - 1)) == 0 && place_count < PLACES_MAX)
        places[place_count++] = number;
}

void faults_record(void)
{
    recording = true;
}

long faults_places(long *numbers, long max)
{
    for (long i = 0; i < place_count && i < max; i++)
        numbers[i] = places[i];
    return place_count;
}

static bool allocation_fails(void)
{
    if (allocations.at == 0 || !is_counted())
        return false;
    bool yes = fails(&allocations);
    if (recording)
        record(allocations.seen);
    return yes;
}

static void *hook_malloc(void *ctx, size_t size)
{
    const struct allocator *to = ctx;
    return allocation_fails() ? NULL : to->malloc(to->ctx, size);
}

static void *hook_calloc(void *ctx, size_t n, size_t size)
{
    const struct allocator *to = ctx;
    return allocation_fails() ? NULL : to->calloc(to->ctx, n, size);
}

static void *hook_realloc(void *ctx, void *p, size_t size)
{
    const struct allocator *to = ctx;
    return allocation_fails() ? NULL : to->realloc(to->ctx, p, size);
}

static void hook_free(void *ctx, void *p)
{
    const struct allocator *to = ctx;
    to->free(to->ctx, p);
}

void faults_explain(void)
{
    explaining = true;
}

void faults_install(void)
{
    void *first[1];

    backtrace(first, 1); /* loads what it needs */
    for (int domain = RAW; domain < DOMAINS; domain++) {
        struct allocator hook = {&original[domain], hook_malloc, hook_calloc, hook_realloc,
                                 hook_free};
        PyMem_GetAllocator(domain, &original[domain]);
        PyMem_SetAllocator(domain, &hook);
    }
}

void faults_who(int agent)
{
    agent_only = agent;
}

static void arm(struct counter *c, long at, long count)
{
    c->seen = c->made = 0;
    c->count = count;
    c->at = at;
}

void faults_allocations(long at, long count)
{
    arm(&allocations, at, count);
}

void faults_steps(long at, long count, long back)
{
    arm(&steps, at, count);
    arm(&steps_back, back ? 1 : 0, back);
}

void faults_end(void)
{
    recording = false;
    allocations.at = steps.at = steps_back.at = 0;
}

long faults_seen(void)
{
    return allocations.seen + steps.seen;
}

long faults_made(void)
{
    return allocations.made + steps.made;
}

/* Called by test builds of the agent. */
int reimport_test_fails(int back)
{
    return fails(back ? &steps_back : &steps);
}
