/* Safe moments: see safe.h. */
#include "safe.h"

#include "proc.h"
#include "procfs.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#define STACK_ROOM (48u << 10)  /* what dlopen() and the signal frames of the target need, amply */
#define STACK_GAP (1u << 20)    /* the kernel keeps this much free below a stack that grows */
#define HANDLER_REACH 4096      /* how far above the stack pointer a handler's frame is looked for */
#define SLEEPERS_PER_ROUND 8
#define RUNNERS_PER_ROUND 2
#define DENIED_PATIENCE_NS 100000000
#define PAUSE_MIN_NS 500000
#define PAUSE_SPAN_NS 1500000
#define FUTEX_COMMAND 127
#define FUTEX_WAIT_BITSET 9

/* How good it is to borrow a thread that looks like that: the first ranks lose nothing even if we die
 * in the instant between the stop and our first change of its registers. */
enum rank {
    RANK_PLAIN,   /* the kernel restarts the call by itself */
    RANK_BLOCK,   /* so it does, but borrowing may make a timeout longer if we die */
    RANK_FUTEX,   /* rule 2 */
    RANK_SOCKET,  /* fails with EINTR if the socket has a timeout */
    RANK_EINTR,   /* fails with EINTR */
    RANK_RUNNING, /* rule 3 */
    RANKS,
    RANK_NEVER,
};

/* One row for each system call of rule 1. */
struct call {
    long number;
    enum rank rank;
    bool file;       /* argument 0 is a descriptor, which may be a file that the linker is reading */
    bool no_restart; /* EINTR does not just mean: begin again */
};

static const struct call calls[] = {
    {.number = SYS_poll, .rank = RANK_BLOCK},
    {.number = SYS_ppoll, .rank = RANK_PLAIN},
    {.number = SYS_select, .rank = RANK_PLAIN},
    {.number = SYS_pselect6, .rank = RANK_PLAIN},
    {.number = SYS_nanosleep, .rank = RANK_BLOCK, .no_restart = true},
    {.number = SYS_clock_nanosleep, .rank = RANK_BLOCK, .no_restart = true},
    {.number = SYS_pause, .rank = RANK_PLAIN},
    {.number = SYS_rt_sigsuspend, .rank = RANK_PLAIN},
    {.number = SYS_wait4, .rank = RANK_PLAIN},
    {.number = SYS_waitid, .rank = RANK_PLAIN},
    {.number = SYS_read, .rank = RANK_PLAIN, .file = true},
    {.number = SYS_readv, .rank = RANK_PLAIN, .file = true},
    {.number = SYS_write, .rank = RANK_PLAIN, .file = true},
    {.number = SYS_writev, .rank = RANK_PLAIN, .file = true},
    {.number = SYS_accept, .rank = RANK_SOCKET},
    {.number = SYS_accept4, .rank = RANK_SOCKET},
    {.number = SYS_connect, .rank = RANK_SOCKET},
    {.number = SYS_recvfrom, .rank = RANK_SOCKET},
    {.number = SYS_recvmsg, .rank = RANK_SOCKET},
    {.number = SYS_recvmmsg, .rank = RANK_SOCKET},
    {.number = SYS_sendto, .rank = RANK_SOCKET},
    {.number = SYS_sendmsg, .rank = RANK_SOCKET},
    {.number = SYS_sendmmsg, .rank = RANK_SOCKET},
    {.number = SYS_epoll_wait, .rank = RANK_EINTR},
    {.number = SYS_epoll_pwait, .rank = RANK_EINTR},
    {.number = SYS_epoll_pwait2, .rank = RANK_EINTR},
    {.number = SYS_rt_sigtimedwait, .rank = RANK_EINTR},
};

/* Not of rule 1, but EINTR can be taken back. */
static const long restartable[] = {SYS_semop, SYS_semtimedop, SYS_io_getevents, SYS_io_pgetevents,
                                   SYS_io_uring_enter, SYS_msgrcv, SYS_msgsnd};

static const struct call *find_call(long number)
{
    for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
        if (calls[i].number == number)
            return &calls[i];
    return NULL;
}

static bool is_restartable(long number)
{
    const struct call *call = find_call(number);

    for (size_t i = 0; i < sizeof(restartable) / sizeof(*restartable); i++)
        if (restartable[i] == number)
            return true;
    return call && !call->no_restart;
}

void safe_settle(struct arch_state *state)
{
    if (is_restartable(arch_syscall_number(state)))
        arch_settle(state);
}

void safe_release(struct tracee *tracee, struct arch_state *state)
{
    struct arch_state own;

    if (!state)
        state = &own;
    if (tracee->state == TRACEE_STOPPED && arch_peek(tracee->tid, state) == 0 &&
        arch_interrupted(state)) {
        safe_settle(state);
        (void)arch_restore(tracee->tid, state);
    }
    tracee_detach(tracee);
}

/* What a thread in restart_syscall() began, its program counter being `pc`. */
static long begun_at(const struct safe *safe, uint64_t pc)
{
    uint8_t code[ARCH_CALL_CODE];

    if (mem_read(safe->mem, pc - sizeof(code), code, sizeof(code)) < 0)
        return -1;
    return arch_call_number(code);
}

/* The type bits of a descriptor's file, which an eventfd and its like have none of. What cannot be
 * looked at counts as a plain file. */
static mode_t file_type(const struct safe *safe, uint64_t fd)
{
    struct stat st;
    char name[32];

    snprintf(name, sizeof(name), "fd/%u", (unsigned)fd);
    return fstatat(safe->proc_fd, name, &st, 0) < 0 ? S_IFREG : st.st_mode & S_IFMT;
}

/* Rules 1 and 2, for a thread that is in that call. */
static enum rank sleeper_rank(const struct safe *safe, long number, uint64_t a0, uint64_t a1)
{
    const struct call *call = find_call(number);
    mode_t type;

    if (number == SYS_futex)
        return (a1 & FUTEX_COMMAND) == FUTEX_WAIT_BITSET ? RANK_FUTEX : RANK_NEVER;
    if (!call)
        return RANK_NEVER;
    if (!call->file)
        return call->rank;
    type = file_type(safe, a0);
    if (type == S_IFSOCK)
        return RANK_SOCKET;
    return type == S_IFREG || type == S_IFBLK ? RANK_NEVER : call->rank;
}

/* Rule 3. */
static bool runs_safely(const struct safe *safe, const struct arch_state *state)
{
    uint64_t words[HANDLER_REACH / sizeof(uint64_t)];
    uint64_t sp = arch_sp(state);
    const struct mapping *stack = maps_find(&safe->code->maps, sp);
    size_t n = sizeof(words);

    if (safe->code->python.exports_malloc || !stack ||
        !elf_is_text(&safe->code->python.elf, arch_pc(state)))
        return false;
    if (stack->end - sp < n)
        n = (stack->end - sp) & ~7ull;
    if (mem_read(safe->mem, sp, words, n) < 0)
        return false;
    for (size_t i = 0; i < n / sizeof(*words); i++)
        if (words[i] == safe->code->libc.return_stub)
            return false;
    return true;
}

/* The lowest address that the stack can reach. */
static uint64_t stack_low(const struct safe *safe, const struct mapping *stack)
{
    size_t index = (size_t)(stack - safe->code->maps.all);
    uint64_t low = stack->start, floor = 0;
    struct rlimit limit;

    if (strcmp(stack->path, "[stack]") != 0 ||
        prlimit(safe->pid, RLIMIT_STACK, NULL, &limit) < 0)
        return low;
    if (index > 0)
        floor = safe->code->maps.all[index - 1].end + STACK_GAP;
    if (limit.rlim_cur < stack->end && stack->end - limit.rlim_cur > floor)
        floor = stack->end - limit.rlim_cur;
    return floor < low ? floor : low;
}

static bool has_room(struct safe *safe, const struct arch_state *state)
{
    uint64_t need = STACK_ROOM + arch_frame_room(state, safe->scratch), sp = arch_sp(state);
    const struct mapping *stack = maps_find(&safe->code->maps, sp);
    struct maps fresh;

    if (!stack && maps_load(&fresh, safe->proc_fd) == 0) {
        maps_free(&safe->code->maps);
        safe->code->maps = fresh;
        stack = maps_find(&safe->code->maps, sp);
    }
    return stack && stack->writable && sp - stack_low(safe, stack) >= need;
}

/* As glibc lays out a pthread_mutex_t. */
struct mutex {
    int32_t lock;
    uint32_t count;
    int32_t owner;
    uint32_t users;
    int32_t kind;
};
#define MUTEX_RECURSIVE 1
#define MUTEX_DEPTH_MAX 64

static bool is_held(const struct mutex *m)
{
    return m->kind == MUTEX_RECURSIVE && (m->lock == 1 || m->lock == 2) && m->owner > 0 &&
           m->count > 0 && m->count < MUTEX_DEPTH_MAX && m->users > 0 &&
           m->users < MUTEX_DEPTH_MAX;
}

/* Whether one of the recursive mutexes in the linker's state is held. Where they are in it differs
 * from version to version, but there is nothing else that looks like one. */
static bool linker_is_busy(struct safe *safe)
{
    const struct libc *libc = &safe->code->libc;
    uint8_t *state = libc->linker ? malloc(libc->linker_n) : NULL;
    struct mutex m;
    bool busy = false;

    if (state && mem_read(safe->mem, libc->linker, state, libc->linker_n) == 0)
        for (size_t at = 0; !busy && at + sizeof(m) <= libc->linker_n; at += sizeof(uint64_t)) {
            memcpy(&m, state + at, sizeof(m));
            busy = is_held(&m);
        }
    free(state);
    safe->linker_was_busy = busy;
    return busy;
}

static bool is_safe(struct safe *safe, const struct arch_state *state)
{
    long number = arch_syscall_number(state);

    if (!arch_supported(state) || !has_room(safe, state))
        return false;
    if (number >= 0)
        return sleeper_rank(safe, number, arch_syscall_argument(state, 0),
                            arch_syscall_argument(state, 1)) != RANK_NEVER;
    return runs_safely(safe, state);
}

static bool was_refused(const struct safe *safe, pid_t tid)
{
    for (size_t i = 0; i < safe->refused_count; i++)
        if (safe->refused[i] == tid)
            return true;
    return false;
}

static void refuse(struct safe *safe, pid_t tid)
{
    pid_t *larger = realloc(safe->refused, (safe->refused_count + 1) * sizeof(*larger));

    if (!larger)
        return;
    safe->refused = larger;
    safe->refused[safe->refused_count++] = tid;
}

void safe_free(struct safe *safe)
{
    free(safe->refused);
    safe->refused = NULL;
    safe->refused_count = 0;
}

static int belongs(const struct safe *safe, pid_t tid)
{
    char name[64];
    struct stat st;

    snprintf(name, sizeof(name), "task/%d", tid);
    return fstatat(safe->proc_fd, name, &st, 0) == 0;
}

static int stopped_error(struct err *err)
{
    return err_set(err, STATUS_UNATTACHABLE, EBUSY,
                   "it is stopped (state T); let it continue first (kill -CONT)");
}

/* A thread has one tracer at a time. 0: another reimport is that, or something that has let go by
 * now; look again. */
static int not_seized(struct safe *safe, pid_t tid, struct err *err)
{
    pid_t tracer = procfs_tracer(safe->proc_fd, tid);
    struct err denied = *err;
    char name[PROC_NAME_MAX + 32];

    if (err->code != EPERM)
        return -1;
    *err = (struct err){0};
    if (tracer && !proc_is_tracer(tracer))
        return err_set(err, STATUS_UNATTACHABLE, EBUSY, "already traced: %s is attached to it",
                       proc_call(tracer, name, sizeof(name)));
    if (tracer) {
        safe->rival = tracer;
        safe->denied_at = 0;
        return 0;
    }
    if (!safe->denied_at)
        safe->denied_at = tracee_now_ns();
    if (tracee_now_ns() - safe->denied_at < DENIED_PATIENCE_NS)
        return 0;
    *err = denied;
    return -1;
}

/* Stops one thread and looks. 1: safe, and held; 0: not safe, and let go. */
static int try_thread(struct safe *safe, struct tracee *tracee, pid_t tid, struct arch_state *state,
                      int64_t deadline, struct err *err)
{
    if (tracee_seize(tracee, safe->pid, tid, err) < 0)
        return not_seized(safe, tid, err);
    safe->denied_at = 0;
    if (!belongs(safe, tid)) {
        err_set(err, STATUS_UNATTACHABLE, ESRCH, "its thread %d ended", tid);
        if (tracee_wait(tracee, true, deadline, err) == 0)
            safe_release(tracee, state);
        return -1;
    }
    if (tracee_wait(tracee, true, deadline, err) < 0)
        return -1;
    if (tracee->stop == STOP_GROUP) {
        tracee_detach(tracee);
        return stopped_error(err);
    }
    if (arch_save(tid, state) == 0) {
        if (arch_syscall_number(state) == ARCH_RESTART_SYSCALL)
            state->begun = begun_at(safe, arch_pc(state));
        if (is_safe(safe, state) && !linker_is_busy(safe))
            return 1;
    }
    if (arch_interrupted(state) && !safe->linker_was_busy)
        refuse(safe, tid);
    safe_release(tracee, state);
    if (tracee->stopped_ns > safe->worst_ns)
        safe->worst_ns = tracee->stopped_ns;
    return 0;
}

/* How good a thread looks from outside. */
static enum rank outside_rank(const struct safe *safe, const struct procfs_call *call)
{
    long number = call->number == ARCH_RESTART_SYSCALL ? begun_at(safe, call->pc) : call->number;
    enum rank rank = RANK_NEVER;

    if (call->state == 'S' && number >= 0)
        rank = sleeper_rank(safe, number, call->arguments[0], call->arguments[1]);
    if (rank == RANK_NEVER && (call->state == 'R' || call->number == -1))
        rank = RANK_RUNNING;
    return rank;
}

struct candidates {
    pid_t *tids[RANKS];
    size_t count[RANKS];
    size_t stopped, traced;
};

static void candidates_free(struct candidates *c)
{
    for (int r = 0; r < RANKS; r++)
        free(c->tids[r]);
}

/* In test builds $REIMPORT_TEST_TID names the one thread that may be borrowed. */
#ifdef REIMPORT_TEST_HOOKS
static bool is_wanted(pid_t tid)
{
    const char *only = getenv("REIMPORT_TEST_TID");

    return !only || strtol(only, NULL, 10) == tid;
}
#else
static bool is_wanted(pid_t tid)
{
    (void)tid;
    return true;
}
#endif

static int look(const struct safe *safe, struct candidates *c, struct err *err)
{
    size_t n;
    pid_t *tids = procfs_numbers(safe->proc_fd, "task", &n);
    struct procfs_call call;
    int r;

    *c = (struct candidates){0};
    if (!tids)
        return err_set(err, STATUS_UNATTACHABLE, ESRCH, "it ended");
    for (r = 0; r < RANKS; r++)
        c->tids[r] = calloc(n, sizeof(pid_t));
    for (size_t i = 0; i < n; i++) {
        if (procfs_call(safe->proc_fd, tids[i], &call) < 0)
            continue;
        c->stopped += call.state == 'T';
        c->traced += call.state == 't';
        r = outside_rank(safe, &call);
        if (r < RANKS && c->tids[r] && is_wanted(tids[i]) &&
            (r == RANK_RUNNING || !was_refused(safe, tids[i])))
            c->tids[r][c->count[r]++] = tids[i];
    }
    free(tids);
    return c->stopped ? stopped_error(err) : 0;
}

/* Not for secrets: so that rounds do not beat in time with the target. */
static size_t any_number(void)
{
    return (size_t)tracee_now_ns() / 7;
}

/* One round over the candidates, best first. 1: got one. */
static int try_round(struct safe *safe, const struct candidates *c, struct tracee *tracee,
                     struct arch_state *state, int64_t deadline, struct err *err)
{
    struct err own = {0};
    int got = 0;

    for (int r = 0; r < RANKS; r++) {
        size_t limit = r == RANK_RUNNING ? RUNNERS_PER_ROUND : SLEEPERS_PER_ROUND;
        size_t from = c->count[r] ? any_number() % c->count[r] : 0;

        for (size_t i = 0; i < c->count[r] && i < limit; i++) {
            own = (struct err){0};
            got = try_thread(safe, tracee, c->tids[r][(from + i) % c->count[r]], state, deadline,
                             &own);
            if (got > 0)
                return 1;
            if (got < 0 && own.code != ESRCH) {
                *err = own;
                return -1;
            }
        }
    }
    return 0;
}

static bool cancelled(int cancel_fd)
{
    struct pollfd p = {.fd = cancel_fd, .events = POLLIN};

    return cancel_fd >= 0 && poll(&p, 1, 0) > 0;
}

static void pause_a_little(void)
{
    const struct timespec pause = {.tv_nsec =
                                       PAUSE_MIN_NS + (long)(any_number() % PAUSE_SPAN_NS)};

    nanosleep(&pause, NULL);
}

int safe_stop(struct safe *safe, struct tracee *tracee, struct arch_state *state, int64_t deadline,
              int cancel_fd, struct err *err)
{
    char name[PROC_NAME_MAX + 32];
    struct candidates c;
    int got;

    do {
        if (cancelled(cancel_fd))
            return err_set(err, STATUS_TIMEOUT, ECANCELED, "interrupted; nothing was changed");
        if (look(safe, &c, err) < 0)
            got = -1;
        else if (linker_is_busy(safe))
            got = 0;
        else
            got = try_round(safe, &c, tracee, state, deadline, err);
        candidates_free(&c);
        if (got != 0)
            return got > 0 ? 0 : -1;
        pause_a_little();
    } while (tracee_now_ns() < deadline);
    if (safe->rival && proc_is_tracer(safe->rival))
        return err_set(err, STATUS_TIMEOUT, ETIMEDOUT, "another reimport, %s, is at work on it",
                       proc_call(safe->rival, name, sizeof(name)));
    if (safe->linker_was_busy)
        return err_set(err, STATUS_TIMEOUT, ETIMEDOUT,
                       "a thread of it is in the middle of loading a library");
    return err_set(err, STATUS_TIMEOUT, ETIMEDOUT,
                   "no thread of it came to a moment at which a library can be loaded safely");
}
