#include "proc.h"

#include "denied.h"
#include "text.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PF_KTHREAD 0x00200000u /* include/linux/sched.h; stable since 2.6.28 */
#define MAPS_LINES_MAX 65536

/* Our own ELF header; the linker defines the name. */
extern const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));

/* Reads /proc/PID/NAME, terminated and cut at size - 1. -1 with errno if it cannot be read. */
static int read_file(pid_t pid, const char *name, char *to, size_t size)
{
    char path[64];
    size_t used = 0;
    ssize_t n;

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    while ((n = read(fd, to + used, size - 1 - used)) > 0)
        used += (size_t)n;
    int why = n < 0 ? errno : used == 0 ? ESRCH : 0;
    close(fd);
    to[used] = '\0';
    errno = why;
    return why ? -1 : 0;
}

/* What stands behind "Key:" and blanks at the start of a line, or "". */
static const char *field(const char *text, const char *key)
{
    size_t n = strlen(key);

    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, n) == 0 && line[n] == ':')
            return line + n + 1 + strspn(line + n + 1, " \t");
    }
    return "";
}

static void read_ids(const char *at, unsigned id[3])
{
    char *end;

    for (int i = 0; i < 3; i++, at = end)
        id[i] = (unsigned)strtoul(at, &end, 10);
}

static void parse_status(const char *text, struct proc *p)
{
    const char *name = field(text, "Name");
    char raw[PROC_NAME_MAX];

    snprintf(raw, sizeof(raw), "%.*s", (int)strcspn(name, "\n"), name);
    text_line(p->name, sizeof(p->name), raw);
    p->state = *field(text, "State");
    p->tgid = atoi(field(text, "Tgid"));
    p->parent = atoi(field(text, "PPid"));
    p->tracer = atoi(field(text, "TracerPid"));
    p->threads = (unsigned)strtoul(field(text, "Threads"), NULL, 10);
    read_ids(field(text, "Uid"), p->uid);
    read_ids(field(text, "Gid"), p->gid);
    p->permitted = strtoull(field(text, "CapPrm"), NULL, 16);
    p->effective = strtoull(field(text, "CapEff"), NULL, 16);
}

/* The name in /proc/PID/stat may hold anything but its end is the last parenthesis. */
static bool parse_kernel_flag(const char *stat)
{
    const char *at = strrchr(stat, ')');
    unsigned flags;

    return at && sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %u", &flags) == 1 && (flags & PF_KTHREAD);
}

/* Another PID namespace's /proc would show us other processes under these numbers. */
static int check_proc_is_ours(struct err *err)
{
    char link[32] = "";

    if (readlink("/proc/self", link, sizeof(link) - 1) < 0)
        return err_set(err, STATUS_UNATTACHABLE, 0,
                       "/proc is not mounted, and without it no process can be looked "
                       "at; mount it: mount -t proc proc /proc");
    if (atoi(link) != getpid())
        return err_set(
            err, STATUS_UNATTACHABLE, 0,
            "/proc shows another PID namespace than the one this command runs in; run it "
            "where that /proc belongs, or mount one here: mount -t proc proc /proc");
    return 0;
}

int proc_read(pid_t pid, struct proc *p, struct err *err)
{
    char text[8192];

    *p = (struct proc){.pid = pid};
    if (check_proc_is_ours(err) < 0)
        return -1;
    if (read_file(pid, "status", text, sizeof(text)) < 0) {
        if (errno == ENOENT || errno == ESRCH)
            return err_set(err, STATUS_UNATTACHABLE, ESRCH,
                           "no such process: nothing runs under this PID, or not any "
                           "more; look it up with: pgrep -a python");
        return err_sys(err, STATUS_UNATTACHABLE, errno, "cannot read /proc/%d/status", (int)pid);
    }
    parse_status(text, p);
    if (read_file(pid, "stat", text, sizeof(text)) == 0)
        p->kernel = parse_kernel_flag(text);
    return 0;
}

char *proc_call(pid_t pid, char *to, size_t size)
{
    struct proc p;
    struct err ignored = {0};

    if (proc_read(pid, &p, &ignored) == 0)
        snprintf(to, size, "process %d (%s)", (int)p.tgid, p.name);
    else
        snprintf(to, size, "process %d", (int)pid);
    return to;
}

bool proc_is_tracer(pid_t tid)
{
    char name[32];

    return read_file(tid, "comm", name, sizeof(name)) == 0 &&
           strcmp(name, PROC_TRACER_NAME "\n") == 0;
}

static int check_kind(const struct proc *p, struct err *err)
{
    char owner[PROC_NAME_MAX + 32];

    if (p->tgid != p->pid)
        return err_set(err, STATUS_UNATTACHABLE, EINVAL,
                       "a thread, not a process: it belongs to %s; give --pid %d",
                       proc_call(p->tgid, owner, sizeof(owner)), (int)p->tgid);
    if (p->kernel)
        return err_set(err, STATUS_UNATTACHABLE, EINVAL,
                       "a kernel thread (%s): it runs no program; give the PID of a Python process",
                       p->name);
    if (p->pid == getpid())
        return err_set(err, STATUS_UNATTACHABLE, EINVAL,
                       "this command itself; give the PID of a Python process");
    return 0;
}

static int check_state(const struct proc *p, struct err *err)
{
    char other[PROC_NAME_MAX + 32];

    if ((p->state == 'Z' || p->state == 'X') && p->threads > 1)
        return err_set(
            err, STATUS_UNATTACHABLE, ESRCH,
            "its main thread has ended (%s) while others run on: such a process cannot be "
            "attached to; restart it",
            p->name);
    if (p->state == 'Z' || p->state == 'X')
        return err_set(
            err, STATUS_UNATTACHABLE, ESRCH,
            "a zombie (%s): it has ended, and %s, its parent, has not taken note; give the "
            "PID of a process that runs",
            p->name, proc_call(p->parent, other, sizeof(other)));
    if (p->tracer && !proc_is_tracer(p->tracer))
        return err_set(
            err, STATUS_UNATTACHABLE, EBUSY,
            "already traced: %s is attached to it, and only one can be; end that one (or "
            "detach it), then run this again",
            proc_call(p->tracer, other, sizeof(other)));
    if (p->state == 'T')
        return err_set(err, STATUS_UNATTACHABLE, EBUSY,
                       "stopped (%s): it runs nothing until it is continued; continue it with kill "
                       "-CONT %d, or fg in its shell, then run this again",
                       p->name, (int)p->pid);
    return 0;
}

/* Opening its memory asks the same question as attaching (PTRACE_MODE_ATTACH), and does nothing. */
static int check_permission(const struct proc *p, struct err *err)
{
    char path[32];

    snprintf(path, sizeof(path), "/proc/%d/mem", (int)p->pid);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0 && (errno == EACCES || errno == EPERM))
        return denied(p, err);
    if (fd < 0 && (errno == ENOENT || errno == ESRCH))
        return err_set(err, STATUS_UNATTACHABLE, ESRCH,
                       "it has just ended (%s); look for its successor with: pgrep -a "
                       "python",
                       p->name);
    if (fd < 0)
        return err_sys(err, STATUS_UNATTACHABLE, errno, "cannot open %s", path);
    close(fd);
    return 0;
}

static int check_architecture(const struct proc *p, struct err *err)
{
    Elf64_Ehdr head;
    char path[32];

    snprintf(path, sizeof(path), "/proc/%d/exe", (int)p->pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0; /* exiting; the injection says so */
    ssize_t n = pread(fd, &head, sizeof(head), 0);
    close(fd);
    if (n < (ssize_t)sizeof(Elf32_Ehdr) || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0)
        return 0;
    if (head.e_ident[EI_CLASS] != ELFCLASS64)
        return err_set(
            err, STATUS_UNATTACHABLE, ENOEXEC,
            "a 32-bit process (%s): only 64-bit ones are supported; restart it under a 64-bit "
            "Python",
            p->name);
    if (head.e_machine != __ehdr_start.e_machine)
        return err_set(
            err, STATUS_UNATTACHABLE, ENOEXEC,
            "a program for another processor (%s, ELF machine %d): give a process of this "
            "machine's own architecture",
            p->name, head.e_machine);
    return 0;
}

/* PyPy has the language, but not the API and the objects that are worked on here. Its library is
 * told by its name: it exports nothing that would tell it otherwise. */
static int check_implementation(const struct proc *p, struct err *err)
{
    char path[32], line[PATH_MAX + 128];
    bool pypy = false;

    snprintf(path, sizeof(path), "/proc/%d/maps", (int)p->pid);
    FILE *maps = fopen(path, "re");
    if (!maps)
        return 0; /* exiting; the injection says so */
    for (int i = 0; i < MAPS_LINES_MAX && !pypy && fgets(line, sizeof(line), maps); i++) {
        const char *name = strrchr(line, '/');
        pypy = name && strncmp(name, "/libpypy", 8) == 0;
    }
    fclose(maps);
    if (pypy)
        return err_set(err, STATUS_UNATTACHABLE, ENOEXEC,
                       "it runs PyPy (%s): only CPython is supported; restart it to load new code",
                       p->name);
    return 0;
}

int proc_preflight(pid_t pid, struct err *err)
{
    struct proc p;

    if (proc_read(pid, &p, err) < 0 || check_kind(&p, err) < 0 || check_state(&p, err) < 0 ||
        check_permission(&p, err) < 0)
        return -1;
    return check_architecture(&p, err) < 0 ? -1 : check_implementation(&p, err);
}

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;

    if (stat(a, &x) < 0 || stat(b, &y) < 0)
        return true;
    return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

bool proc_has_other_root(pid_t pid)
{
    char namespace[64], root[64];

    snprintf(namespace, sizeof(namespace), "/proc/%d/ns/mnt", (int)pid);
    snprintf(root, sizeof(root), "/proc/%d/root", (int)pid);
    return !same_file(namespace, "/proc/self/ns/mnt") || !same_file(root, "/proc/self/root");
}
