/* How the kernel schedules the threads of a process. A new thread gets what its maker has, so the agent gets what the
 * borrowed one has, and so does a thread that the new top level starts, for good: one that the program has tied to a
 * processor, or made SCHED_IDLE or nice, is not to be borrowed if there is another. At SCHED_IDLE the agent could
 * hold the GIL for as long as its processor is busy. */
#ifndef REIMPORT_SCHEDULE_H
#define REIMPORT_SCHEDULE_H

#include "procfs.h"

#include <sched.h>

struct sched {
    struct procfs_sched by; /* policy and priorities */
    cpu_set_t on;           /* processors; none: not known */
};

/* Of the main thread. */
struct sched sched_main(int proc_fd, pid_t pid);

/* True if the thread is scheduled otherwise than the main one. Cheap: two numbers and a system call. */
bool sched_is_apart(const struct sched *leader, pid_t tid, const struct procfs_sched *by);

/* Lets the agent, which was just started by a thread that is apart, be scheduled as the main thread is, as far as that
 * is allowed and the agent is seen to run soon. */
void sched_align(int proc_fd, pid_t pid);

#endif
