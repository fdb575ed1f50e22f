/* Makes what the agent needs fail: the Nth allocation through Python's allocators, the Nth step of
 * the journal. Loaded into a Python target with ctypes, RTLD_GLOBAL; CPython's own tests do the same
 * (_testcapi.set_nomemory), but for all threads.
 *
 *   faults_install()              puts the allocators' hooks in place
 *   faults_who(0 or 1)            whose calls are counted: this thread's; or those of the injected agent
 *   faults_allocations(N, COUNT)  from now on the Nth allocation fails, and COUNT - 1 after it; what is freed
 *                                 meanwhile is held back until the end (freed.h)
 *   faults_steps(N, COUNT, BACK)  the same for changes that the journal makes (test builds of the agent
 *                                 ask for leave); then the first BACK changes back fail too
 *   faults_record()               notes which allocations come in a new way: those with another call
 *                                 stack than any before, or the second, fourth, eighth... with it
 *   faults_seek(WAY, N)           the same, of those whose call stack begins with these N return addresses
 *   faults_places(NUMBERS, MAX)   their numbers; returns how many there are
 *   faults_explain()              from now on each failure is told on standard error, with its call stack
 *   faults_end()                  nothing fails any more
 *   faults_seen(), faults_made()  how many calls were counted, and how many of them failed */
#define _GNU_SOURCE
#include "allocator.h"
#include "freed.h"

#include <execinfo.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>

enum { RAW, MEM, OBJ, DOMAINS };
void PyMem_GetAllocator(int domain, struct allocator *allocator);
void PyMem_SetAllocator(int domain, struct allocator *allocator);

void faults_install(void);
void faults_who(int agent);
void faults_allocations(long at, long count);
void faults_steps(long at, long count, long back);
void faults_record(void);
void faults_seek(void *const *way, long n);
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
#define FRAMES 100 /* of a call stack that is told or looked for */
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
        void *frames[FRAMES];
        backtrace_symbols_fd(frames, backtrace(frames, FRAMES), 2);
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
static void *const *sought; /* while that is looked for */
static long sought_n;

static uint64_t hash_of_stack(void)
{
    void *frames[DEPTH];
    uint64_t hash = 14695981039346656037u; /* FNV-1a, by words */

    for (int i = 0, n = backtrace(frames, DEPTH); i < n; i++)
        hash = (hash ^ (uintptr_t)frames[i]) * 1099511628211u;
    return hash | 1;
}

static void note(long number)
{
    if (place_count < PLACES_MAX)
        places[place_count++] = number;
}

static void record(long number)
{
    uint64_t hash = hash_of_stack(), at = hash >> 46;

    while (stacks[at].hash && stacks[at].hash != hash)
        at = (at + 1) % STACKS;
    stacks[at].hash = hash;
    long count = ++stacks[at].count;
    if ((count & (count - 1)) == 0)
        note(number);
}

/* The frames of this file come first. */
static void seek(long number)
{
    void *frames[FRAMES];
    int n = backtrace(frames, FRAMES), own = 0;

    while (own < n && frames[own] != sought[0])
        own++;
    if (n - own >= sought_n &&
        memcmp(frames + own, sought, (size_t)sought_n * sizeof(*sought)) == 0)
        note(number);
}

void faults_record(void)
{
    recording = true;
}

void faults_seek(void *const *way, long n)
{
    place_count = 0;
    sought_n = n;
    sought = way;
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
    if (sought)
        seek(allocations.seen);
    return yes;
}

/* ---- the hooks. Python's allocator of objects calls the raw one, which has a hook too. ---- */

static __thread int within;

/* Only the outermost of them; only while allocations are counted. */
static bool is_followed(void)
{
    return allocations.at != 0 && within == 0;
}

/* Ends what `within++` began. */
static void *had(void *block, size_t size)
{
    within--;
    if (block && is_followed())
        freed_had(block, size);
    return block;
}

static void *hook_malloc(void *ctx, size_t size)
{
    const struct allocator *to = ctx;

    if (allocation_fails())
        return NULL;
    within++;
    return had(to->malloc(to->ctx, size), size);
}

static void *hook_calloc(void *ctx, size_t n, size_t size)
{
    const struct allocator *to = ctx;

    if (allocation_fails())
        return NULL;
    within++;
    return had(to->calloc(to->ctx, n, size), n * size);
}

static void *hook_realloc(void *ctx, void *p, size_t size)
{
    const struct allocator *to = ctx;

    if (allocation_fails())
        return NULL;
    within++;
    return had(to->realloc(to->ctx, p, size), size);
}

static void hook_free(void *ctx, void *p)
{
    const struct allocator *to = ctx;

    if (is_followed()) {
        freed_hold(to, p);
        return;
    }
    within++;
    to->free(to->ctx, p);
    within--;
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
    sought = NULL;
    allocations.at = steps.at = steps_back.at = 0;
    freed_end();
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
