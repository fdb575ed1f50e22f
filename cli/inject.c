/* How the agent gets into a process. session_open() below is the list of steps.
 *
 * What undoes each step if this process dies, at any instant:
 *
 *   seize, stop          the kernel detaches, the thread runs on
 *   registers, stack     the signal frame, to which every call made returns
 *   memfd in the target  the next visit closes it (agent/entry.c, close_strays)
 *   agent loaded         its thread waits for a greeting for hello_ms, then unloads itself
 *   socket pair          closed by the agent's thread
 *   lock                 the kernel drops it */
#include "inject.h"

#include "boot.h"
#include "converse.h"
#include "image.h"
#include "proc.h"
#include "procfs.h"
#include "python.h"
#include "remote.h"
#include "safe.h"
#include "seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010u
#endif

#define HELLO_MS 1000
#define BUSY_POLL_NS 3000000
#define STATUS_TEXT_MAX (1u << 20)
#define LOCKS_TEXT_MAX (16u << 20)
#define IMAGE_NAME "reimport"
#define IMAGE_LINK "/memfd:" IMAGE_NAME " (deleted)"
#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define RTLD_NOW_REMOTE 2

/* Everything that one visit needs between identification and detach. */
struct visit {
    struct session *session;
    struct mem mem;
    struct code code;
    struct boot boot;
    struct boot_result result;
    char *status_text; /* of /proc/PID/status */
    struct err *err;
    int status;
};

/* What the agent's constructor and dlopen() need on the borrowed stack. */
struct scratch {
    struct boot_result result;
    char memfd_name[16];
    char path[256];
};

static int unattachable(struct err *err, int code, const char *what)
{
    return err_sys(err, STATUS_UNATTACHABLE, code, "%s", what);
}

/* ---- identify ---- */

static bool has_ended(int pidfd)
{
    struct pollfd p = {.fd = pidfd, .events = POLLIN};

    return poll(&p, 1, 0) != 0;
}

/* The pidfd and the directory are of the same process: it had not ended after both were opened. */
static int identify(struct session *s, struct err *err)
{
    char name[32];

    s->chan.pidfd = (int)syscall(SYS_pidfd_open, s->pid, 0);
    if (s->chan.pidfd < 0)
        return unattachable(err, errno, "pidfd_open");
    snprintf(name, sizeof(name), "/proc/%d", s->pid);
    s->proc_fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->proc_fd < 0)
        return unattachable(err, errno, name);
    if (has_ended(s->chan.pidfd))
        return unattachable(err, ESRCH, "it has ended");
    if (procfs_link(s->proc_fd, "exe", s->facts.exe, sizeof(s->facts.exe)) == 0)
        err_clean(s->facts.exe);
    return 0;
}

static int open_memory(struct session *s, int flags, struct err *err)
{
    s->mem_fd = openat(s->proc_fd, "mem", flags | O_CLOEXEC);
    if (s->mem_fd < 0)
        return unattachable(err, errno, "its memory cannot be opened");
    return 0;
}

/* ---- one command at a time ---- */

/* An agent of ours is there: one of its threads carries its name. */
static bool agent_is_inside(const struct session *s)
{
    size_t count, n;
    pid_t *tids = procfs_numbers(s->proc_fd, "task", &count);
    bool inside = false;
    char name[64], *comm;

    for (size_t i = 0; tids && i < count && !inside; i++) {
        snprintf(name, sizeof(name), "task/%d/comm", tids[i]);
        comm = procfs_read(s->proc_fd, name, 4096, &n);
        inside = comm && strcmp(comm, BOOT_THREAD_NAME "\n") == 0;
        free(comm);
    }
    free(tids);
    return inside;
}

/* The process that holds the lock on that file; 0: it cannot be told. */
static pid_t lock_holder(int fd)
{
    unsigned holder, major, minor;
    unsigned long long ino;
    struct stat st;
    size_t n;
    pid_t found = 0;
    char *text = procfs_read(AT_FDCWD, "/proc/locks", LOCKS_TEXT_MAX, &n);

    for (char *line = text; line && !found; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (sscanf(line, "%*s FLOCK ADVISORY WRITE %u %x:%x:%llu", &holder, &major, &minor, &ino) ==
                4 &&
            fstat(fd, &st) == 0 && st.st_ino == ino && st.st_dev == makedev(major, minor))
            found = (pid_t)holder;
    }
    free(text);
    return found;
}

static int out_of_turn(const struct session *s, bool locked, struct err *err)
{
    pid_t holder = locked ? 0 : lock_holder(s->mem_fd);
    char name[PROC_NAME_MAX + 32];

    if (locked)
        return err_set(err, STATUS_TIMEOUT, ETIMEDOUT,
                       "the agent of an earlier reimport is still at work in it");
    return err_set(err, STATUS_TIMEOUT, ETIMEDOUT, "another reimport%s%s%s is at work on it",
                   holder ? ", " : "", holder ? proc_call(holder, name, sizeof(name)) : "",
                   holder ? "," : "");
}

/* The lock is on a file that only those can open who may trace the process anyway, has no name of
 * its own, and goes with its holder. */
static int take_turn(struct session *s, struct err *err)
{
    struct pollfd cancel = {.fd = s->chan.cancel_fd, .events = POLLIN};
    const struct timespec pause = {.tv_nsec = BUSY_POLL_NS};
    bool locked = false;

    for (;;) {
        if (!locked && flock(s->mem_fd, LOCK_EX | LOCK_NB) == 0)
            locked = true;
        else if (!locked && errno != EWOULDBLOCK)
            return unattachable(err, errno, "its memory cannot be locked");
        if (locked && !agent_is_inside(s))
            return 0;
        if (cancel.fd >= 0 && poll(&cancel, 1, 0) > 0)
            return err_set(err, STATUS_TIMEOUT, ECANCELED, "interrupted; nothing was changed");
        if (chan_now() >= s->deadline)
            return out_of_turn(s, locked, err);
        nanosleep(&pause, NULL);
    }
}

/* ---- strays of commands that were killed ---- */

static bool is_mapped(const struct maps *maps, const struct stat *st)
{
    for (size_t i = 0; i < maps->count; i++)
        if (maps->all[i].ino == st->st_ino && strcmp(maps->all[i].path, IMAGE_LINK) == 0)
            return true;
    return false;
}

static bool is_stray(struct visit *v, int fd, struct boot_stray *stray)
{
    char name[32], link[64];
    struct stat st;

    snprintf(name, sizeof(name), "fd/%d", fd);
    if (procfs_link(v->session->proc_fd, name, link, sizeof(link)) < 0 ||
        strcmp(link, IMAGE_LINK) != 0 || fstatat(v->session->proc_fd, name, &st, 0) < 0 ||
        is_mapped(&v->code.maps, &st))
        return false;
    *stray = (struct boot_stray){
        .fd = fd, .ino = st.st_ino, .dev = (uint64_t)major(st.st_dev) << 32 | minor(st.st_dev)};
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

static void find_strays(struct visit *v)
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

/* ---- the image ---- */

/* The file that the target made for us: ours to fill only if it is a new, empty, sealable memfd. The
 * descriptor is the target's own, so nothing is written that the target could not write itself. */
static int check_memfd(int fd, struct err *err)
{
    struct stat st;
    int seals = fcntl(fd, F_GET_SEALS);

    if (seals != 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_nlink != 0 ||
        st.st_size != 0 || (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDWR)
        return err_set(err, STATUS_UNATTACHABLE, EPROTO,
                       "it replaced the descriptor of the agent's image");
    return 0;
}

static int fill_memfd(int fd, const uint8_t *image, size_t n, struct err *err)
{
    ssize_t put;

    for (size_t have = 0; have < n; have += (size_t)put) {
        put = pwrite(fd, image + have, n - have, (off_t)have);
        if (put <= 0)
            return unattachable(err, put < 0 ? errno : ENOSPC, "the agent's image");
    }
    if (fcntl(fd, F_ADD_SEALS, SEALS) < 0)
        return unattachable(err, errno, "sealing the agent's image");
    return 0;
}

static int write_image(struct visit *v, struct err *err)
{
    int fd = (int)syscall(SYS_pidfd_getfd, v->session->chan.pidfd, v->boot.memfd, 0), result = -1;
    uint8_t *image;
    size_t n;

    if (fd < 0)
        return unattachable(err, errno, "pidfd_getfd");
    image = image_make(&v->boot, &n);
    if (!image)
        err_set(err, STATUS_UNATTACHABLE, ENOMEM, "the agent's image cannot be made");
    else if (check_memfd(fd, err) == 0)
        result = fill_memfd(fd, image, n, err);
    free(image);
    close(fd);
    return result;
}

/* dlopen() takes two paths for the same library when they are equal as strings, or when their files
 * are: no visit may meet the path of another. */
static int make_path(char *path, size_t cap, int memfd)
{
    static const char *const parts[] = {"/proc", "self", "fd"};
    uint64_t bits;
    size_t n = 0;

    if (getrandom(&bits, sizeof(bits), 0) != sizeof(bits))
        return -1;
    for (int part = 0; part < 3; part++) {
        n += (size_t)snprintf(path + n, cap - n, "%s", parts[part]);
        for (int i = 0; i < 20; i++, bits >>= 1)
            n += (size_t)snprintf(path + n, cap - n, "%s", bits & 1 ? "/." : "/");
        n += (size_t)snprintf(path + n, cap - n, "/");
    }
    n += (size_t)snprintf(path + n, cap - n, "%d", memfd);
    return n < cap ? 0 : -1;
}

/* ---- the calls ---- */

static int make_memfd(struct visit *v, struct remote *r, struct err *err)
{
    const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    uint64_t name = r->frame.scratch + offsetof(struct scratch, memfd_name);
    int64_t fd;

    if (remote_call(r, v->code.libc.syscall, SYS_memfd_create, name, flags | MFD_EXEC,
                    SYS_memfd_create, &fd, err) < 0)
        return -1;
    if (fd == -EINVAL && /* before Linux 6.3 */
        remote_call(r, v->code.libc.syscall, SYS_memfd_create, name, flags, SYS_memfd_create, &fd,
                    err) < 0)
        return -1;
    if (fd < 0)
        return unattachable(err, (int)-fd, "memfd_create in the target");
    v->boot.memfd = (int32_t)fd;
    return 0;
}

static void drop_memfd(struct visit *v, struct remote *r)
{
    struct err ignored = {0};

    if (r->tracee->state == TRACEE_STOPPED && r->tracee->stop == STOP_SYSCALL)
        (void)remote_call(r, v->code.libc.syscall, SYS_close, (uint64_t)v->boot.memfd, 0, -1, NULL,
                          &ignored);
}

static int load(struct visit *v, struct remote *r, struct err *err)
{
    struct scratch scratch = {0};
    uint64_t at = r->frame.scratch, result = at + offsetof(struct scratch, result);
    const struct remote_flags flags = {.done_at = result + offsetof(struct boot_result, done),
                                       .done = BOOT_DONE,
                                       .go_at = result + offsetof(struct boot_result, go)};

    v->boot.result = result;
    if (make_path(scratch.path, sizeof(scratch.path), v->boot.memfd) < 0)
        return err_set(err, STATUS_UNATTACHABLE, EIO, "no random numbers");
    if (write_image(v, err) < 0)
        return -1;
    if (mem_write(&v->mem, at, &scratch, sizeof(scratch)) < 0)
        return unattachable(err, EFAULT, "its stack cannot be written");
    if (remote_call_flagged(r, v->boot.dlopen, at + offsetof(struct scratch, path), RTLD_NOW_REMOTE,
                            &flags, err) < 0)
        return -1;
    if (mem_read(&v->mem, v->boot.result, &v->result, sizeof(v->result)) < 0 ||
        v->result.done != BOOT_DONE)
        return err_set(err, STATUS_UNATTACHABLE, ENOEXEC,
                       "dlopen in the target failed (is /proc mounted there?)");
    return 0;
}

static int check_start(struct visit *v, struct remote *r, struct err *err)
{
    struct err ignored = {0};

    if (v->result.error == 0)
        return 0;
    (void)remote_call(r, v->result.discard, 0, 0, 0, -1, NULL, &ignored);
    return unattachable(err, v->result.error,
                        v->result.step == BOOT_SOCKETPAIR ? "socketpair in the target"
                                                          : "pthread_create in the target");
}

/* Both calls, on a thread that was stopped at a safe moment. */
static int borrow(struct visit *v, struct tracee *tracee, const struct arch_state *state,
                  struct err *err)
{
    const struct scratch scratch = {.memfd_name = IMAGE_NAME};
    struct remote r = {.tracee = tracee,
                       .mem = &v->mem,
                       .saved = state,
                       .deadline = v->session->deadline * 1000000};
    struct err leave_err = {0};
    int result = -1;

    if (remote_begin(&r, &v->code.libc, &scratch, sizeof(scratch), err) == 0 &&
        make_memfd(v, &r, err) == 0) {
        result = load(v, &r, err);
        if (result < 0)
            drop_memfd(v, &r);
        else
            result = check_start(v, &r, err);
    }
    (void)remote_end(&r, &leave_err);
    return result;
}

static int attach(struct visit *v, struct err *err)
{
    struct session *s = v->session;
    struct arch_state *state = malloc(sizeof(*state));
    struct tracee tracee = {0};
    struct safe safe = {.pid = s->pid,
                        .proc_fd = s->proc_fd,
                        .mem = &v->mem,
                        .code = &v->code,
                        .scratch = sizeof(struct scratch)};
    int result = -1;

    if (!state)
        return unattachable(err, ENOMEM, "memory");
    if (safe_stop(&safe, &tracee, state, s->deadline * 1000000, s->chan.cancel_fd, err) == 0) {
        if (seccomp_check(tracee.tid, v->status_text, err) == 0)
            result = borrow(v, &tracee, state, err);
        else
            safe_release(&tracee, state);
    }
    if (tracee.stopped_ns > safe.worst_ns)
        safe.worst_ns = tracee.stopped_ns;
    s->stopped_ms = (double)safe.worst_ns / 1e6;
    safe_free(&safe);
    free(state);
    return result;
}

/* On a thread of its own: what it has seized and could not detach from, its end detaches. */
static void *attach_thread(void *visit)
{
    struct visit *v = visit;

    prctl(PR_SET_NAME, PROC_TRACER_NAME); /* others that come meanwhile tell us by it */
    v->status = attach(v, v->err);
    return NULL;
}

static int attach_on_thread(struct visit *v, struct err *err)
{
    sigset_t old;
    pthread_t thread;
    int error;

    v->err = err;
    tracee_prepare(&old);
    error = pthread_create(&thread, NULL, attach_thread, v);
    if (error)
        unattachable(err, error, "a thread to trace with");
    else
        pthread_join(thread, NULL);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return error ? -1 : v->status;
}

/* ---- the socket ---- */

static int take_end(struct session *s, int fd, int *end, struct err *err)
{
    struct stat st;

    *end = (int)syscall(SYS_pidfd_getfd, s->chan.pidfd, fd, 0);
    if (*end < 0)
        return unattachable(err, errno, "pidfd_getfd");
    if (fstat(*end, &st) < 0 || !S_ISSOCK(st.st_mode))
        return err_set(err, STATUS_UNATTACHABLE, EPROTO, "it replaced the agent's socket");
    return 0;
}

static int take_socket(struct visit *v, struct err *err)
{
    struct session *s = v->session;

    if (take_end(s, v->result.command_fd, &s->chan.socket, err) < 0)
        return -1;
    return take_end(s, v->result.agent_fd, &s->chan.agent_end, err);
}

/* ---- the whole ---- */

/* Signals of the agent's thread: all but those that its own instructions raise, and those with which
 * libc makes all threads do something (32 and 33; musl uses 34 as well). */
static uint64_t agent_mask(const struct code *code)
{
    static const int own[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, 32, 33};
    uint64_t mask = ~0ull;

    for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
        mask &= ~(1ull << (own[i] - 1));
    return code->libc.is_musl ? mask & ~(1ull << 33) : mask;
}

static int check_python(const struct visit *v, struct err *err)
{
    const struct target_facts *facts = &v->session->facts;

    if (facts->major != 3 || facts->minor < 8)
        return err_set(err, STATUS_UNATTACHABLE, ENOTSUP,
                       "it runs Python %s; 3.8 is the oldest that is supported", facts->python);
    if (v->code.python.free_threaded)
        return err_set(err, STATUS_UNATTACHABLE, ENOTSUP,
                       "it runs a free-threaded build of Python, which is not supported");
    return 0;
}

/* In test builds $REIMPORT_TEST_HELLO_MS makes the agents of killed commands leave sooner. */
static uint32_t hello_ms(void)
{
#ifdef REIMPORT_TEST_HOOKS
    const char *given = getenv("REIMPORT_TEST_HELLO_MS");

    if (given)
        return (uint32_t)strtoul(given, NULL, 10);
#endif
    return HELLO_MS;
}

/* What its status tells against borrowing a thread of it. */
static int read_status(struct visit *v, struct err *err)
{
    const char *refusal;
    size_t n;

    v->status_text = procfs_read(v->session->proc_fd, "status", STATUS_TEXT_MAX, &n);
    if (!v->status_text)
        return unattachable(err, errno, "its status cannot be read");
    refusal = arch_refusal(v->status_text);
    return refusal ? err_set(err, STATUS_UNATTACHABLE, ENOTSUP, "%s", refusal) : 0;
}

static int inject(struct visit *v, struct err *err)
{
    struct session *s = v->session;

    mem_init(&v->mem, s->mem_fd);
    if (read_status(v, err) < 0)
        return -1;
    if (code_find(&v->code, &v->mem, s->proc_fd, &s->facts, err) < 0)
        return -1;
    v->boot.injected = 1;
    v->boot.hello_ms = hello_ms();
    v->boot.block = agent_mask(&v->code);
    if (check_python(v, err) == 0 && code_resolve(&v->code, &v->boot, err) == 0) {
        find_strays(v);
        v->status = attach_on_thread(v, err);
    } else {
        v->status = -1;
    }
    code_free(&v->code);
    return v->status;
}

static void session_init(struct session *s, pid_t pid, int timeout_ms, int cancel_fd)
{
    *s = (struct session){.pid = pid,
                          .deadline = chan_now() + timeout_ms,
                          .proc_fd = -1,
                          .mem_fd = -1,
                          .chan = {.socket = -1, .agent_end = -1, .pidfd = -1,
                                   .cancel_fd = cancel_fd}};
}

int session_open(struct session *s, pid_t pid, int timeout_ms, int cancel_fd, struct err *err)
{
    struct visit *v = calloc(1, sizeof(*v));
    int result = -1;

    session_init(s, pid, timeout_ms, cancel_fd);
    if (!v)
        return unattachable(err, ENOMEM, "memory");
    v->session = s;
    if (identify(s, err) == 0 && open_memory(s, O_RDWR, err) == 0 && take_turn(s, err) == 0 &&
        inject(v, err) == 0 && take_socket(v, err) == 0)
        result = session_greet(s, err);
    free(v->status_text);
    free(v);
    if (result < 0)
        session_close(s);
    return result;
}

int target_look(pid_t pid, struct target_facts *facts, struct err *err)
{
    struct visit *v = calloc(1, sizeof(*v));
    struct session s;
    int result = -1;

    session_init(&s, pid, 0, -1);
    if (!v)
        return unattachable(err, ENOMEM, "memory");
    if (identify(&s, err) == 0 && open_memory(&s, O_RDONLY, err) == 0) {
        mem_init(&v->mem, s.mem_fd);
        result = code_find(&v->code, &v->mem, s.proc_fd, &s.facts, err);
        if (result == 0)
            code_free(&v->code);
    }
    *facts = s.facts;
    free(v);
    session_close(&s);
    return result;
}
