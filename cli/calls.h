/* The system calls in which a thread may be borrowed, and what a stop does to them. */
#ifndef REIMPORT_CALLS_H
#define REIMPORT_CALLS_H

#include "arch.h"
#include "nap.h"

/* How good it is to borrow a thread that looks like that: the first ranks lose nothing even if we
 * die in the instant between the stop and our first change of its registers. */
enum rank {
    RANK_PLAIN,   /* the kernel restarts the call by itself, if it has done nothing yet: whole.h */
    RANK_BLOCK,   /* so it does, but borrowing may make a timeout longer if we die */
    RANK_FUTEX,   /* rule 2 */
    RANK_SOCKET,  /* fails with EINTR if the socket has a timeout */
    RANK_EINTR,   /* fails with EINTR */
    RANK_RUNNING, /* rule 3 */
    RANKS,
    RANK_NEVER,
};

struct call {
    long number;
    enum rank rank;
    bool file; /* argument 0 is a descriptor, which may be a file that the linker is reading */
    bool no_restart; /* EINTR does not just mean: begin again */
    int timeout;     /* which argument is a timeout in ms that would begin anew; 0: none */
};

/* The call's row; NULL for a call in which no thread may be borrowed. */
const struct call *calls_find(long number);

/* What a thread in restart_syscall() began, as far as its first arguments tell, which are still those
 * of the call that is continued. Only poll(), clock_nanosleep(), nanosleep() and futex() are
 * continued so. -1: it may be one or another of them. */
long calls_restarted(const uint64_t arguments[3]);

/* True if the stop has interrupted a call whose timeout would begin anew with it. */
bool calls_may_begin_anew(const struct arch_state *state);

/* Rewrites an EINTR that only our stop has caused, where the call can simply be begun again. A timeout that would
 * begin anew with it becomes what is left of it, as far as it is known how long the thread had been asleep. */
void calls_settle(struct arch_state *state, const struct nap *nap);

#endif
