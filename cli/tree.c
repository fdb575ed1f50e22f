/* Descendants by one look at /proc: see tree.h. */
#include "tree.h"

#include "inject.h"
#include "proc.h"
#include "procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct relation {
    struct process process;
    pid_t parent;
};

int pids_add(struct pids *pids, struct process process, struct err *err)
{
    struct process *more;

    for (size_t i = 0; i < pids->count; i++)
        if (pids->items[i].pid == process.pid && pids->items[i].born == process.born)
            return 0;
    more = reallocarray(pids->items, pids->count + 1, sizeof(*more));
    if (!more)
        return err_set(err, STATUS_UNATTACHABLE, ENOMEM, "out of memory");
    pids->items = more;
    pids->items[pids->count++] = process;
    return 0;
}

void pids_free(struct pids *pids)
{
    free(pids->items);
    *pids = (struct pids){0};
}

uint64_t tree_now(void)
{
    struct timespec now;
    uint64_t ticks = (uint64_t)sysconf(_SC_CLK_TCK);

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * ticks + (uint64_t)now.tv_nsec * ticks / 1000000000;
}

static bool read_relation(int proc_fd, pid_t pid, struct relation *r)
{
    char name[32];

    snprintf(name, sizeof(name), "%d/stat", (int)pid);
    *r = (struct relation){.process.pid = pid};
    return procfs_birth(proc_fd, name, &r->parent, &r->process.born);
}

/* Every process that is there, to be freed; NULL with the error set. */
static struct relation *read_all(size_t *count, struct err *err)
{
    int proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    size_t n = 0;
    int *pids = proc_fd < 0 ? NULL : procfs_numbers(proc_fd, ".", &n);
    struct relation *all = pids ? calloc(n, sizeof(*all)) : NULL;

    *count = 0;
    for (size_t i = 0; all && i < n; i++)
        *count += read_relation(proc_fd, pids[i], &all[*count]);
    if (!all)
        err_sys(err, STATUS_UNATTACHABLE, errno, "cannot list /proc to find its descendants");
    free(pids);
    if (proc_fd >= 0)
        close(proc_fd);
    return all;
}

/* None are another process's that has the parent's PID by now. */
static int add_children(struct pids *pids, const struct relation *all, size_t count,
                        struct process parent, uint64_t until, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (all[i].process.pid == parent.pid && all[i].process.born != parent.born)
            return 0;
    for (size_t i = 0; i < count; i++)
        if (all[i].parent == parent.pid && all[i].process.born <= until &&
            pids_add(pids, all[i].process, err) < 0)
            return -1;
    return 0;
}

int tree_below(struct pids *pids, struct process process, uint64_t until, bool deep,
               struct err *err)
{
    size_t count, first = pids->count;
    struct relation *all = read_all(&count, err);
    int rc = all ? add_children(pids, all, count, process, until, err) : -1;

    for (size_t i = first; rc == 0 && deep && i < pids->count; i++)
        rc = add_children(pids, all, count, pids->items[i], until, err);
    free(all);
    return rc;
}

bool tree_may_run_python(pid_t pid)
{
    struct target_facts facts = {0};
    struct err err = {0};
    struct proc p;

    if (proc_read(pid, &p, &err) < 0 || p.kernel || p.state == 'Z' || p.state == 'X')
        return false;
    return target_look(pid, &facts, &err) == 0 || (err.code != ENOEXEC && err.code != ESRCH);
}
