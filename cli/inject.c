/* How the agent gets into a process. session_open() below is the list of steps.
 *
 * What undoes each step if this process dies, at any instant:
 *
 *   seize, stop          the kernel detaches, the thread runs on
 *   registers, stack     the signal frame, to which every call made returns
 *   memfd in the target  the next visit closes it (remains.h)
 *   agent loaded         its thread waits for a greeting for hello_ms, then unloads itself
 *   socket pair          closed by the agent's thread
 *   lock                 the kernel drops it */
#include "inject.h"

#include "converse.h"
#include "image.h"
#include "load.h"
#include "proc.h"
#include "procfs.h"
#include "remains.h"
#include "pick.h"
#include "schedule.h"
#include "seccomp.h"
#include "turn.h"
#include "visit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HELLO_MS 1000
#define CLEAN_UP_NS 1000000000ll
#define STATUS_TEXT_MAX (1u << 20)

/* ---- identify ---- */

static bool has_ended(int pidfd)
{
    struct pollfd p = {.fd = pidfd, .events = POLLIN};

    return poll(&p, 1, 0) != 0;
}

static bool is_successor(const struct session *s)
{
    pid_t parent;
    uint64_t born;

    return s->process.born && procfs_birth(s->proc_fd, "stat", &parent, &born) &&
           born != s->process.born;
}

/* The pidfd and the directory are of the same process: it had not ended after both were opened. */
static int identify(struct session *s, struct err *err)
{
    char name[32];

    s->chan.pidfd = (int)syscall(SYS_pidfd_open, s->process.pid, 0);
    if (s->chan.pidfd < 0)
        return unattachable(err, errno, "pidfd_open");
    snprintf(name, sizeof(name), "/proc/%d", s->process.pid);
    s->proc_fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->proc_fd < 0)
        return unattachable(err, errno, name);
    if (has_ended(s->chan.pidfd))
        return unattachable(err, ESRCH, "it has ended");
    if (is_successor(s))
        return unattachable(err, ESRCH, "it has ended, and another process has its PID");
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

/* ---- attach ---- */

/* After a failure: closes or unloads what was left, on a thread at another safe moment. If there is
 * none, the next visit closes it. */
static void clean_up(struct visit *v, struct pick *pick, struct tracee *tracee,
                     struct arch_state *state)
{
    struct err ignored = {0};

    if ((!v->owes_close && !v->owes_discard) ||
        pick_thread(pick, tracee, state, tracee_now_ns() + CLEAN_UP_NS, -1, &ignored) < 0)
        return;
    if (seccomp_check(v->session->proc_fd, tracee->tid, &v->idle, &ignored) == 0)
        (void)load_clean_up(v, tracee, state, &ignored);
    else
        pick_release(tracee, state);
}

static int attach(struct visit *v, struct err *err)
{
    struct session *s = v->session;
    struct arch_state *state = malloc(sizeof(*state));
    struct tracee tracee = {0};
    struct pick pick = {.safe = {.pid = s->process.pid,
                                 .proc_fd = s->proc_fd,
                                 .mem = &v->mem,
                                 .code = &v->code,
                                 .scratch = load_scratch}};
    int result = -1;

    if (!state)
        return unattachable(err, ENOMEM, "memory");
    if (pick_thread(&pick, &tracee, state, s->deadline * 1000000, s->chan.cancel_fd, err) == 0) {
        if (seccomp_check(s->proc_fd, tracee.tid, &v->idle, err) == 0)
            result = load_agent(v, &tracee, state, err);
        else
            pick_release(&tracee, state);
    }
    if (result == 0 && pick.is_apart)
        sched_align(s->proc_fd, s->process.pid);
    if (tracee.stopped_ns > pick.worst_ns)
        pick.worst_ns = tracee.stopped_ns;
    s->stopped_ms = (double)pick.worst_ns / 1e6;
    if (result < 0)
        clean_up(v, &pick, &tracee, state);
    pick_free(&pick);
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

/* Asked of the socket, not of a file: what else the target may have put there need not answer. */
static bool is_ours(int fd, uint64_t inode)
{
    int domain, type;
    socklen_t n = sizeof(domain), type_n = sizeof(type);
    struct stat st;

    return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) && st.st_ino == inode &&
           getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &n) == 0 &&
           getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_n) == 0 && domain == AF_UNIX &&
           type == SOCK_SEQPACKET;
}

/* The agent may have left, if we were stopped for long, and its descriptors be the program's by now: of such
 * a one we have but a duplicate, and do nothing with it. */
static int take_end(struct session *s, int fd, uint64_t inode, int *end, struct err *err)
{
    int got = (int)syscall(SYS_pidfd_getfd, s->chan.pidfd, fd, 0);

    if (got < 0 && errno != EBADF)
        return unattachable(err, errno, "pidfd_getfd");
    if (got < 0)
        return err_set(err, STATUS_TIMEOUT, ETIMEDOUT,
                       "its agent left before it was met; nothing was changed");
    if (!is_ours(got, inode)) {
        close(got);
        return err_set(
            err, STATUS_TIMEOUT, ETIMEDOUT,
            "its agent left before it was met, or its socket was replaced; nothing was changed");
    }
    *end = got;
    return 0;
}

static int take_socket(struct visit *v, struct err *err)
{
    const struct boot_told *told = &v->result.told;
    struct session *s = v->session;

    if (take_end(s, told->command_fd, told->command_ino, &s->chan.socket, err) < 0)
        return -1;
    s->agent_fd = told->agent_fd;
    s->agent_ino = told->agent_ino;
    return take_end(s, told->agent_fd, told->agent_ino, &s->chan.agent_end, err);
}

/* ---- the whole ---- */

/* Signals of the agent's thread: all but those that its own instructions raise, and those with
 * which libc makes all threads do something (32 and 33; musl uses 34 as well). */
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
        return err_set(err, STATUS_UNATTACHABLE, ENOTSUP, "%s", PYTHON_FREE_THREADED);
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
static int read_status(const struct visit *v, struct err *err)
{
    size_t n;
    char *status = procfs_read(v->session->proc_fd, "status", STATUS_TEXT_MAX, &n);
    const char *refusal;

    if (!status)
        return unattachable(err, errno, "its status cannot be read");
    refusal = arch_refusal(status);
    free(status);
    return refusal ? err_set(err, STATUS_UNATTACHABLE, ENOTSUP, "%s", refusal) : 0;
}

/* Fills in what the agent is to be told, and looks at what is there from earlier visits. */
static int prepare(struct visit *v, struct err *err)
{
    v->boot.image = image_hash();
    v->boot.injected = 1;
    v->boot.hello_ms = hello_ms();
    v->boot.block = agent_mask(&v->code);
    if (code_resolve(&v->code, &v->boot, err) < 0)
        return -1;
    if (v->code.libc.is_musl)
        v->boot.dlclose = 0;
    v->image = image_make(&v->image_n, &v->image_boot);
    if (!v->image)
        return unattachable(err, ENOMEM, "the agent's image");
    remains_find_strays(v);
    remains_find_resident(v);
    return 0;
}

static int inject(struct visit *v, struct err *err)
{
    struct session *s = v->session;
    int result = -1;

    mem_init(&v->mem, s->mem_fd);
    if (read_status(v, err) < 0 || code_find(&v->code, &v->mem, s->proc_fd, &s->facts, err) < 0)
        return -1;
    if (check_python(v, err) == 0 && prepare(v, err) == 0)
        result = attach_on_thread(v, err);
    code_free(&v->code);
    return result;
}

static void session_init(struct session *s, struct process process, int timeout_ms, int cancel_fd)
{
    *s = (struct session){
        .process = process,
        .deadline = chan_now() + timeout_ms,
        .proc_fd = -1,
        .mem_fd = -1,
        .chan = {.socket = -1, .agent_end = -1, .pidfd = -1, .cancel_fd = cancel_fd}};
}

int session_open(struct session *s, struct process process, int timeout_ms, int cancel_fd,
                 struct err *err)
{
    struct visit *v = calloc(1, sizeof(*v));
    int result = -1;

    session_init(s, process, timeout_ms, cancel_fd);
    if (!v)
        return unattachable(err, ENOMEM, "memory");
    v->session = s;
    if (identify(s, err) == 0 && open_memory(s, O_RDWR, err) == 0 && turn_take(s, err) == 0 &&
        inject(v, err) == 0 && take_socket(v, err) == 0)
        result = session_greet(s, err);
    free(v->image);
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

    session_init(&s, (struct process){.pid = pid}, 0, -1);
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
