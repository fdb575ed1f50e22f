/* When a thread may be borrowed to load a library: never while it, or code below it on its stack,
 * holds a lock of the allocator or the dynamic linker.
 *
 *   1. It sleeps in a system call that no allocator and no linker makes under its locks.
 *   2. It waits on a condition variable or semaphore (futex operation 9; mutexes use 0).
 *   3. It runs inside the module that exports the Python API, and no signal handler's frame lies
 *      near the top of its stack.
 *
 * In all cases its stack must have room, and no other thread may be at work in the dynamic linker: it
 * would have to be waited for, and that can take long. */
#ifndef REIMPORT_SAFE_H
#define REIMPORT_SAFE_H

#include "arch.h"
#include "python.h"
#include "tracee.h"

struct safe {
    pid_t pid;
    int proc_fd;
    struct mem *mem;
    struct code *code;  /* its maps are read anew when a stack is not in them */
    size_t scratch;     /* bytes that the frame will carry */
    pid_t *refused;     /* threads that were found asleep and not fit: not disturbed again */
    size_t refused_count;
    bool linker_was_busy; /* at the last look */
    int64_t worst_ns;   /* longest stop so far */
    int64_t denied_at;  /* since when the kernel lets us trace none, without a tracer to be seen; 0 */
    pid_t rival;        /* the thread of another reimport that held one of its threads; 0: none */
};

/* Looks for a thread at a safe moment until `deadline`, waiting for another reimport that holds one
 * of the threads to let go, and returns with it stopped, its state in
 * *state. Fails with STATUS_TIMEOUT (ETIMEDOUT, or ECANCELED when cancel_fd becomes readable), or
 * STATUS_UNATTACHABLE if no thread can be traced, or the process is stopped. */
int safe_stop(struct safe *safe, struct tracee *tracee, struct arch_state *state, int64_t deadline,
              int cancel_fd, struct err *err);

/* Rewrites an EINTR that only our stop has caused, where the call can simply be begun again. */
void safe_settle(struct arch_state *state);

/* Settles and detaches a stopped thread whose registers are untouched. `state` is room to work in,
 * or NULL. */
void safe_release(struct tracee *tracee, struct arch_state *state);

void safe_free(struct safe *safe);

#endif
