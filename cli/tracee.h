/* One thread of the target under ptrace: seize, stops, signals, detach.
 *
 *   idle --tracee_seize--> running --tracee_wait--> stopped --tracee_detach--> idle
 *                             ^-------tracee_go--------'
 *
 * The thread is never made to stop with a signal and never killed with us (no PTRACE_O_EXITKILL):
 * if this process dies, the kernel detaches it and it runs on. Signals that arrive for it while it
 * is held are kept back and sent again after the detach. All functions return 0, or -1 with *err
 * filled in; STATUS_TIMEOUT with ETIMEDOUT when the deadline passed. */
#ifndef REIMPORT_TRACEE_H
#define REIMPORT_TRACEE_H

#include "err.h"
#include "nap.h"

#include <stdint.h>
#include <sys/types.h>

enum tracee_state { TRACEE_IDLE, TRACEE_RUNNING, TRACEE_STOPPED };

enum tracee_stop {
    STOP_EVENT,   /* of our own making */
    STOP_SYSCALL, /* entry or exit of a system call */
    STOP_GROUP,   /* the process was stopped by a signal (SIGSTOP, SIGTSTP...) */
    STOP_FAULT,   /* its own instruction raised a signal (SIGSEGV, SIGSYS...): see `fault` */
};

#define TRACEE_HELD_MAX 16

struct tracee {
    pid_t pid, tid;
    enum tracee_state state;
    enum tracee_stop stop;
    int fault;                 /* the signal of a STOP_FAULT */
    int held[TRACEE_HELD_MAX]; /* signals kept back */
    int held_count;
    int request;                   /* how it was last let run, a PTRACE_ request */
    struct nap nap;                /* for how long it had been asleep when it was seized: pick.c */
    int64_t seized_at, stopped_ns; /* how long the last stop took, from the request to the detach */
};

/* Monotonic time. */
int64_t tracee_now_ns(void);

/* Prepares the calling thread for tracing: all signals blocked, SIGCHLD at its default, so that
 * stops can be waited for with a deadline. *old receives the mask to be restored. */
void tracee_prepare(void *old_mask);

/* Seizes the thread and asks it to stop. */
int tracee_seize(struct tracee *t, pid_t pid, pid_t tid, struct err *err);

/* Waits for the next stop, until `deadline` (tracee_now_ns()). A signal that is delivered to the
 * thread in between is let through if `deliver`, else kept back. */
int tracee_wait(struct tracee *t, bool deliver, int64_t deadline, struct err *err);

/* Looks for a stop for up to `ns`; t->state tells. Signals are kept back. */
int tracee_poll(struct tracee *t, int64_t ns, struct err *err);

enum tracee_how { GO_ON, GO_TO_SYSCALL };

/* Lets the stopped thread run. */
int tracee_go(struct tracee *t, enum tracee_how how, struct err *err);

/* Asks the running or stopped thread for a STOP_EVENT. */
int tracee_interrupt(struct tracee *t, struct err *err);

/* Lets the stopped thread go, and sends the signals that were kept back again. */
void tracee_detach(struct tracee *t);

/* In test builds (-DREIMPORT_TEST_HOOKS) counts the steps taken while a thread is held, and kills
 * this process with SIGKILL at step $REIMPORT_TEST_DIE_AT; otherwise nothing. */
#ifdef REIMPORT_TEST_HOOKS
void tracee_test_point(void);
#else
static inline void tracee_test_point(void)
{
}
#endif

#endif
