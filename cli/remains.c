/* What earlier visits left: see remains.h. */
#include "remains.h"

#include "image.h"
#include "procfs.h"

#include <errno.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STATUS_MAX (1u << 20)
/* An agent has two, and there is one more for each visit that a fork has cut short. */
#define REFERENCES_MAX 8

static bool is_mapped(const struct maps *maps, const struct stat *st)
{
    for (size_t i = 0; i < maps->count; i++)
        if (maps->all[i].ino == st->st_ino && strcmp(maps->all[i].path, IMAGE_LINK) == 0)
            return true;
    return false;
}

static bool is_stray(struct visit *v, int fd, struct boot_file *stray)
{
    char name[32], link[64];
    struct stat st;

    snprintf(name, sizeof(name), "fd/%d", fd);
    if (procfs_link(v->session->proc_fd, name, link, sizeof(link)) < 0 ||
        strcmp(link, IMAGE_LINK) != 0 || fstatat(v->session->proc_fd, name, &st, 0) < 0 ||
        is_mapped(&v->code.maps, &st))
        return false;
    *stray = (struct boot_file){.fd = fd, .ino = st.st_ino, .dev = boot_dev(st.st_dev)};
    return true;
}

/* A memfd of a command that is at work this moment looks like a stray. It has one while it holds a
 * thread; looked at in this order, it is seen in either place. */
static bool is_held(const struct session *s)
{
    size_t count;
    pid_t *tids = procfs_numbers(s->proc_fd, "task", &count);
    bool held = !tids;

    for (size_t i = 0; tids && i < count && !held; i++)
        held = procfs_tracer(s->proc_fd, tids[i]) != 0;
    free(tids);
    return held;
}

void remains_find_strays(struct visit *v)
{
    size_t count, found = 0;
    int *fds = procfs_numbers(v->session->proc_fd, "fd", &count);

    for (size_t i = 0; i < BOOT_STRAYS; i++)
        v->boot.strays[i].fd = -1;
    for (size_t i = 0; fds && i < count && found < BOOT_STRAYS; i++)
        found += is_stray(v, fds[i], &v->boot.strays[found]);
    if (found && is_held(v->session))
        found = 0;
    for (size_t i = found; i < BOOT_STRAYS; i++)
        v->boot.strays[i].fd = -1;
    free(fds);
}

/* What the process has for its own PID; 0: not known. */
static int own_pid(const struct session *s)
{
    char pids[1024];
    const char *last = pids; /* the innermost namespace's */

    if (procfs_status_of(s->proc_fd, "status", STATUS_MAX, "NSpid", pids, sizeof(pids)) < 0)
        return 0;
    for (const char *at = pids; *at; at++)
        if (*at < '0' || *at > '9')
            last = at + 1;
    return atoi(last);
}

/* Whether it has its parent's memory, as the child of a vfork() does until it runs another program: then the agent
 * that is at work there is the parent's. A parent that this user may not look at has another user's memory. */
static bool shares_memory(const struct session *s)
{
    pid_t parent;
    uint64_t born;
    long order;

    if (!procfs_birth(s->proc_fd, "stat", &parent, &born) || parent == 0)
        return true;
    order = syscall(SYS_kcmp, s->process.pid, parent, KCMP_VM, 0, 0);
    return order == 0 || (order < 0 && errno == ENOSYS);
}

/* Whether a thread of the agent's may go on in this process, which was forked while it was at work in another:
 * only the one that forked is there, the main thread, and it has kept its stack. */
static bool is_agents_child(const struct session *s, const struct boot_work *work)
{
    struct procfs_call call;

    if (procfs_call(s->proc_fd, s->process.pid, &call) < 0 || call.number < 0)
        return true;
    for (int i = 0; i < 2; i++)
        if (work->stacks[i] && call.sp <= work->stacks[i] &&
            work->stacks[i] - call.sp <= BOOT_STACK_BYTES)
            return true;
    return false;
}

static void add_stray(struct visit *v, const struct boot_file *file)
{
    for (size_t i = 0; i < BOOT_STRAYS; i++)
        if (v->boot.strays[i].fd < 0) {
            v->boot.strays[i] = *file;
            return;
        }
}

/* Whether the image can be used again. One that stays when an agent has left (musl), and one in a process that was
 * forked while an agent was at work: its descriptor is there, too. Not the one that an agent is stuck in. */
static bool is_free(struct visit *v, const struct boot *there)
{
    int pid = own_pid(v->session);

    if (there->work.pid == 0)
        return v->code.libc.is_musl;
    if (pid == 0 || pid == there->work.pid || shares_memory(v->session))
        return v->code.libc.is_musl && pid == there->work.pid;
    add_stray(v, &there->work.link);
    return there->work.references >= 1 && there->work.references <= REFERENCES_MAX &&
           !is_agents_child(v->session, &there->work);
}

static bool read_resident(struct visit *v, const struct mapping *m, struct resident *resident)
{
    struct elf elf;
    struct boot there;
    uint64_t at;

    if (m->offset != 0 || strcmp(m->path, IMAGE_LINK) != 0 ||
        elf_open(&elf, &v->mem, &v->code.maps, m) < 0)
        return false;
    at = elf_find(&elf, BOOT_SYMBOL);
    if (!at || mem_read(&v->mem, at, &there, sizeof(there)) < 0 || there.image != image_hash() ||
        !elf_is_text(&elf, there.again) || !is_free(v, &there))
        return false;
    *resident = (struct resident){.base = elf.bias, .begin = there.again};
    v->boot.work = there.work; /* until the agent is there, it is as it was */
    v->boot.surplus = there.work.pid ? there.work.references - 1 : 0;
    return true;
}

void remains_find_resident(struct visit *v)
{
    for (size_t i = 0; i < v->code.maps.count; i++)
        if (read_resident(v, &v->code.maps.all[i], &v->resident))
            break;
}

int remains_renew(struct visit *v, struct err *err)
{
    uint64_t at;
    size_t n;
    uint8_t *bytes;
    int result;

    v->boot.memfd.fd = -1;
    bytes = image_data(&v->boot, v->resident.base, &at, &n);
    result = bytes ? mem_write(&v->mem, at, bytes, n) : -1;
    free(bytes);
    return result < 0 ? unattachable(err, EFAULT, "the agent's image cannot be renewed") : 0;
}
