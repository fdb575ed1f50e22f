#include "denied.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CAP_SYS_PTRACE_BIT 19

#define CONTAINER_ADVICE                                                                           \
    "start the container with --cap-add=SYS_PTRACE (Kubernetes: "                                  \
    "securityContext.capabilities.add: "                                                           \
    "[SYS_PTRACE]), or run this on the host"

static bool can_ptrace(const struct proc *p)
{
    return p->effective >> CAP_SYS_PTRACE_BIT & 1;
}

/* The kernel compares all three IDs of the target with ours. */
static bool is_foreign(const struct proc *us, const struct proc *target)
{
    for (int i = 0; i < 3; i++)
        if (target->uid[i] != us->uid[1] || target->gid[i] != us->gid[1])
            return true;
    return false;
}

static int explain_privileged(const struct denied_facts *f, struct err *err)
{
    if (f->yama_scope == 3)
        return err_set(
            err, STATUS_UNATTACHABLE, EPERM,
            "not permitted: Yama forbids attaching to any process "
            "(kernel.yama.ptrace_scope is 3, until the next boot); boot with a lower value");
    if (f->us_in_user_namespace || !f->same_user_namespace)
        return err_set(
            err, STATUS_UNATTACHABLE, EPERM,
            "not permitted: CAP_SYS_PTRACE of this user namespace does not reach that "
            "process; run this as root outside (on the host), or inside the process's own "
            "namespace (nsenter --user --target %d)",
            (int)f->target.pid);
    return err_set(
        err, STATUS_UNATTACHABLE, EPERM,
        "not permitted, though this runs with CAP_SYS_PTRACE: a security module forbids it%s%s; "
        "look into the audit log, and allow ptrace in its policy",
        *f->label ? ", the process's label is " : "", f->label);
}

static int explain_foreign(const struct denied_facts *f, struct err *err)
{
    const struct proc *t = &f->target;

    if (f->us.uid[1] == 0)
        return err_set(
            err, STATUS_UNATTACHABLE, EPERM,
            "not permitted: the process belongs to user %u, and root lacks CAP_SYS_PTRACE "
            "here, as in a container; " CONTAINER_ADVICE,
            t->uid[1]);
    if (t->uid[0] == f->us.uid[1] && t->uid[1] == f->us.uid[1] && t->uid[2] == f->us.uid[1])
        return err_set(
            err, STATUS_UNATTACHABLE, EPERM,
            "not permitted: the process runs with group %u and you with group %u; run this "
            "as root (sudo), or with CAP_SYS_PTRACE",
            t->gid[1], f->us.gid[1]);
    return err_set(err, STATUS_UNATTACHABLE, EPERM,
                   "not permitted: the process belongs to user %u and you are user %u; run this as "
                   "root (sudo), as that user (sudo -u '#%u'), or with CAP_SYS_PTRACE",
                   t->uid[1], f->us.uid[1], t->uid[1]);
}

static int explain_yama(const struct denied_facts *f, struct err *err)
{
    static const char *const what[] = {
        [1] = "only a parent may attach to a process",
        [2] = "only root may attach to a process",
        [3] = "nobody may attach to a process, until the next boot",
    };
    int scope = f->yama_scope > 3 ? 3 : f->yama_scope;

    return err_set(err, STATUS_UNATTACHABLE, EPERM,
                   "not permitted: by Yama %s (kernel.yama.ptrace_scope is %d); %s", what[scope],
                   f->yama_scope,
                   scope == 1   ? "run this as root (sudo), or once: sudo sysctl "
                                  "kernel.yama.ptrace_scope=0"
                   : scope == 2 ? "run this as root (sudo)"
                                : "boot with a lower value");
}

static int explain_same_user(const struct denied_facts *f, struct err *err)
{
    if (!f->same_user_namespace)
        return err_set(
            err, STATUS_UNATTACHABLE, EPERM,
            "not permitted: the process is in another user namespace (a container); run this "
            "as root on the host");
    if (f->target.permitted & ~f->us.permitted)
        return err_set(
            err, STATUS_UNATTACHABLE, EPERM,
            "not permitted: the process has capabilities that you lack; run this as root "
            "(sudo), or with CAP_SYS_PTRACE");
    if (!f->dumpable)
        return err_set(
            err, STATUS_UNATTACHABLE, EPERM,
            "not permitted: the process is protected from its own user (not dumpable, as "
            "after a change of user or a set-user-ID start); run this as root (sudo)");
    if (f->yama_scope > 0)
        return explain_yama(f, err);
    return err_set(
        err, STATUS_UNATTACHABLE, EPERM,
        "not permitted, though it is your own process: a security module or a seccomp filter "
        "forbids it%s%s; run this as root (sudo); in a container, " CONTAINER_ADVICE,
        *f->label ? ", the process's label is " : "", f->label);
}

int denied_explain(const struct denied_facts *f, struct err *err)
{
    if (can_ptrace(&f->us))
        return explain_privileged(f, err);
    if (is_foreign(&f->us, &f->target))
        return explain_foreign(f, err);
    return explain_same_user(f, err);
}

static void read_text(const char *path, char *to, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, to, size - 1);

    to[n > 0 ? n : 0] = '\0';
    to[strcspn(to, "\n")] = '\0';
    if (fd >= 0)
        close(fd);
}

/* The initial user namespace maps every user to itself. */
static bool in_user_namespace(void)
{
    char map[128];
    unsigned inside, outside, count;

    read_text("/proc/self/uid_map", map, sizeof(map));
    return sscanf(map, "%u %u %u", &inside, &outside, &count) == 3 &&
           !(inside == 0 && outside == 0 && count == 4294967295u);
}

static bool same_user_namespace(pid_t pid)
{
    char path[64], ours[64], its[64];

    snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)pid);
    ssize_t n = readlink("/proc/self/ns/user", ours, sizeof(ours));
    ssize_t m = readlink(path, its, sizeof(its));
    return n < 0 || m < 0 || (n == m && memcmp(ours, its, (size_t)n) == 0);
}

/* The files below /proc/PID of a process that is not dumpable belong to root (task_dump_owner() in
 * the kernel's fs/proc/base.c); the directory itself does not tell. */
static bool is_dumpable(const struct proc *p)
{
    struct stat st;
    char path[32];

    snprintf(path, sizeof(path), "/proc/%d/status", (int)p->pid);
    return stat(path, &st) < 0 || st.st_uid == p->uid[1];
}

int denied(const struct proc *target, struct err *err)
{
    struct denied_facts facts = {
        .target = *target,
        .us_in_user_namespace = in_user_namespace(),
        .same_user_namespace = same_user_namespace(target->pid),
        .dumpable = is_dumpable(target),
    };
    char text[64], path[48];

    if (proc_read(getpid(), &facts.us, err) < 0)
        return -1;
    read_text("/proc/sys/kernel/yama/ptrace_scope", text, sizeof(text));
    facts.yama_scope = atoi(text);
    snprintf(path, sizeof(path), "/proc/%d/attr/current", (int)target->pid);
    read_text(path, text, sizeof(text));
    if (strcmp(text, "unconfined") != 0)
        text_line(facts.label, sizeof(facts.label), text);
    return denied_explain(&facts, err);
}
