/* How long a thread has been asleep in the system call that a stop interrupts.
 *
 * The kernel begins epoll_wait() again with the whole of its timeout: there is no restart block for it
 * (fs/eventpoll.c). Visits that come more often than the timeout would keep such a wait from ever ending, and an
 * event loop from whatever it does when nothing happens: gunicorn kills a worker for that. So the wait goes on with
 * what is left of its timeout. */
#ifndef REIMPORT_NAP_H
#define REIMPORT_NAP_H

#include <stdint.h>
#include <sys/types.h>

struct nap {
    int64_t since_ns;            /* on the scheduler's clock; 0: not known */
    unsigned long long switches; /* how often the thread had gone to sleep by then */
    int cpu; /* on which it had run, each has a clock of its own; -1: not known */
};

/* Of a thread that is asleep, before it is asked to stop. Not known where the kernel does not say
 * (CONFIG_SCHED_DEBUG). The caller sets `cpu`. */
struct nap nap_look(int proc_fd, pid_t tid);

/* At the stop: it is not known any more if the thread was awake in between. */
void nap_confirm(struct nap *nap, int proc_fd, pid_t tid);

/* Milliseconds from then until now, rounded down; 0 if that is not known. */
int64_t nap_ms(const struct nap *nap);

#endif
