/* Scheduling: see schedule.h. */
#include "schedule.h"

#include "boot.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define ALIGN_TRIES 40
#define ALIGN_PAUSE_NS 5000000

/* More processors than the set has room for: not known. */
static cpu_set_t processors(pid_t tid)
{
    cpu_set_t set;

    if (sched_getaffinity(tid, sizeof(set), &set) < 0)
        CPU_ZERO(&set);
    return set;
}

struct sched sched_main(int proc_fd, pid_t pid)
{
    struct sched leader = {.on = processors(pid)};
    struct procfs_call call = {0};

    if (procfs_call(proc_fd, pid, &call) == 0)
        leader.by = call.sched;
    return leader;
}

bool sched_is_apart(const struct sched *leader, pid_t tid, const struct procfs_sched *by)
{
    const struct procfs_sched *m = &leader->by;
    cpu_set_t on;

    if (by->policy != m->policy || by->nice != m->nice || by->priority != m->priority)
        return true;
    on = processors(tid);
    return CPU_COUNT(&on) > 0 && CPU_COUNT(&leader->on) > 0 && !CPU_EQUAL(&on, &leader->on);
}

/* ---- the agent ---- */

/* As the kernel lays it out (include/uapi/linux/sched/types.h), in its first version. */
struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

static void align(pid_t agent, pid_t pid)
{
    struct attributes a = {0};
    cpu_set_t on = processors(pid);

    if (CPU_COUNT(&on) > 0)
        (void)sched_setaffinity(agent, sizeof(on), &on);
    if (syscall(SYS_sched_getattr, pid, &a, sizeof(a), 0) == 0)
        (void)syscall(SYS_sched_setattr, agent, &a, 0);
}

void sched_align(int proc_fd, pid_t pid)
{
    const struct timespec pause = {.tv_nsec = ALIGN_PAUSE_NS};
    pid_t agent = procfs_thread(proc_fd, BOOT_THREAD_NAME);

    for (int i = 0; !agent && i < ALIGN_TRIES; i++) {
        nanosleep(&pause, NULL);
        agent = procfs_thread(proc_fd, BOOT_THREAD_NAME);
    }
    if (agent)
        align(agent, pid);
}
