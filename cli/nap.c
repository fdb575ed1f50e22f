/* How long a thread has been asleep: see nap.h. */
#include "nap.h"

#include "procfs.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SCHED_MAX 65536
#define STAT_MAX 4096

/* The text after "KEY   :" in /proc/PID/sched, whose first line has the program's name: anything. */
static const char *value_of(const char *text, const char *key)
{
    const char *line = text ? strchr(text, '\n') : NULL;
    const char *at = line ? strstr(line, key) : NULL;

    return at ? strchr(at, ':') : NULL;
}

/* When the thread last ran (se.exec_start, kernel/sched/debug.c: milliseconds with six decimals), and how often it
 * has gone to sleep. */
static bool read_sched(int proc_fd, const char *name, struct nap *nap)
{
    size_t n;
    char *text = procfs_read(proc_fd, name, SCHED_MAX, &n);
    const char *ran = value_of(text, "\nse.exec_start "),
               *slept = value_of(text, "\nnr_voluntary_switches ");
    int64_t ms = 0, ns = 0;
    bool found = ran && slept && sscanf(ran, ": %" SCNd64 ".%6" SCNd64, &ms, &ns) == 2 &&
                 sscanf(slept, ": %llu", &nap->switches) == 1 && ms > 0 &&
                 ms < INT64_MAX / 1000000 - 1;

    nap->since_ns = found ? ms * 1000000 + ns : 0;
    free(text);
    return found;
}

static bool read_thread(int proc_fd, pid_t tid, struct nap *nap)
{
    char name[64];

    snprintf(name, sizeof(name), "task/%d/sched", tid);
    return read_sched(proc_fd, name, nap);
}

struct nap nap_look(int proc_fd, pid_t tid)
{
    struct nap nap = {.cpu = -1};

    if (!read_thread(proc_fd, tid, &nap))
        nap.since_ns = 0;
    return nap;
}

/* The stop itself is one more time that it goes to sleep. */
void nap_confirm(struct nap *nap, int proc_fd, pid_t tid)
{
    struct nap now;

    if (nap->since_ns && (!read_thread(proc_fd, tid, &now) || now.switches != nap->switches + 1))
        nap->since_ns = 0;
}

/* The scheduler's clock can be read only as the time at which a thread last ran; asking for our own processor time
 * brings that of this one up to date (kernel/sched/core.c, task_sched_runtime()). */
static int64_t clock_here_ns(void)
{
    int self = open("/proc/thread-self", O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct timespec used;
    struct nap now = {0};

    if (self < 0)
        return 0;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    read_sched(self, "sched", &now);
    close(self);
    return now.since_ns;
}

/* Each processor's clock leaves out the time that it spent on interrupts, or was taken from a virtual machine
 * (kernel/sched/core.c, update_rq_clock_task()): in the end they are hours apart. 0: not known. */
static int64_t clock_ns(int cpu)
{
    cpu_set_t ours, there;
    int64_t now;

    CPU_ZERO(&there);
    if (cpu < 0 || cpu >= CPU_SETSIZE || sched_getaffinity(0, sizeof(ours), &ours) < 0)
        return 0;
    CPU_SET(cpu, &there);
    if (sched_setaffinity(0, sizeof(there), &there) < 0)
        return 0;
    now = clock_here_ns();
    (void)sched_setaffinity(0, sizeof(ours), &ours);
    return now;
}

int64_t nap_ms(const struct nap *nap)
{
    int64_t now = nap->since_ns ? clock_ns(nap->cpu) : 0;

    return now > nap->since_ns ? (now - nap->since_ns) / 1000000 : 0;
}
