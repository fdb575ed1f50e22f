/* Finding a thread at a safe moment (safe.h), and stopping it there. */
#ifndef REIMPORT_PICK_H
#define REIMPORT_PICK_H

#include "safe.h"
#include "tracee.h"

struct pick {
    struct safe safe;
    pid_t *refused; /* threads that were found asleep and not fit: not disturbed again */
    size_t refused_count;
    int64_t worst_ns; /* longest stop so far */
    int64_t
        denied_at; /* since when the kernel lets us trace none, without a tracer to be seen; 0 */
    const char
        *in_call; /* what one that cannot be borrowed sleeps in (whole.h), at the last look; NULL */
    pid_t in_call_tid;
    bool
        is_apart; /* the thread that was found is scheduled otherwise than the main one (schedule.h) */
    int64_t patient_until; /* until then no such thread is taken */
    pid_t rival; /* the thread of another reimport that held one of its threads; 0: none */
};

/* Looks for a thread at a safe moment until `deadline`, waiting for another reimport that holds one
 * of the threads to let go, and returns with it stopped, its state in *state. Fails with
 * STATUS_TIMEOUT (ETIMEDOUT, or ECANCELED when cancel_fd becomes readable), or STATUS_UNATTACHABLE
 * if no thread can be traced, or the process is stopped. */
int pick_thread(struct pick *pick, struct tracee *tracee, struct arch_state *state,
                int64_t deadline, int cancel_fd, struct err *err);

/* Settles (calls.h) and detaches a stopped thread whose registers are untouched. `state` is room to
 * work in, or NULL. */
void pick_release(struct tracee *tracee, struct arch_state *state);

void pick_free(struct pick *pick);

#endif
