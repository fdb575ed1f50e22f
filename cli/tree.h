/* The processes below another one, as /proc shows them: for --tree. */
#ifndef REIMPORT_TREE_H
#define REIMPORT_TREE_H

#include "err.h"
#include "procfs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A growing list of processes, each once. */
struct pids {
    struct process *items; /* owned */
    size_t count;
};

/* Adds it unless it is there. -1: no memory. */
int pids_add(struct pids *pids, struct process process, struct err *err);
void pids_free(struct pids *pids);

/* Now, on the clock by which the kernel dates the birth of processes (CLOCK_BOOTTIME), in its ticks
 * (proc(5), /proc/PID/stat, starttime). */
uint64_t tree_now(void);

/* Adds to *pids the children of `process` that were born up to `until`; with `deep` also their children
 * and so on, parents first. Threads are no children of their own. */
int tree_below(struct pids *pids, struct process process, uint64_t until, bool deep,
               struct err *err);

/* True if the process may run Python: only one that certainly does not, or is no more, is left out. */
bool tree_may_run_python(pid_t pid);

#endif
