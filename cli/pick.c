/* Finding a thread: see pick.h. */
#include "pick.h"

#include "proc.h"
#include "schedule.h"
#include "whole.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#define SLEEPERS_PER_ROUND 8
#define RUNNERS_PER_ROUND 2
#define DENIED_PATIENCE_NS 100000000
#define APART_PATIENCE_NS 50000000 /* before a thread is borrowed that is scheduled otherwise */
#define PAUSE_MIN_NS 500000
#define PAUSE_SPAN_NS 1500000

void pick_release(struct tracee *tracee, struct arch_state *state)
{
    struct arch_state own;

    if (!state)
        state = &own;
    if (tracee->state == TRACEE_STOPPED && arch_peek(tracee->tid, state) == 0 &&
        arch_interrupted(state)) {
        calls_settle(state, &tracee->nap);
        (void)arch_restore(tracee->tid, state);
    }
    tracee_detach(tracee);
}

static bool was_refused(const struct pick *pick, pid_t tid)
{
    for (size_t i = 0; i < pick->refused_count; i++)
        if (pick->refused[i] == tid)
            return true;
    return false;
}

static void refuse(struct pick *pick, pid_t tid)
{
    pid_t *larger = realloc(pick->refused, (pick->refused_count + 1) * sizeof(*larger));

    if (!larger)
        return;
    pick->refused = larger;
    pick->refused[pick->refused_count++] = tid;
}

void pick_free(struct pick *pick)
{
    free(pick->refused);
    pick->refused = NULL;
    pick->refused_count = 0;
}

static int belongs(const struct pick *pick, pid_t tid)
{
    char name[64];
    struct stat st;

    snprintf(name, sizeof(name), "task/%d", tid);
    return fstatat(pick->safe.proc_fd, name, &st, 0) == 0;
}

static int stopped_error(struct err *err)
{
    return err_set(err, STATUS_UNATTACHABLE, EBUSY,
                   "it is stopped (state T); let it continue first (kill -CONT)");
}

/* A thread has one tracer at a time. 0: another reimport is that, or something that has let go by
 * now; look again. */
static int not_seized(struct pick *pick, pid_t tid, struct err *err)
{
    pid_t tracer = procfs_tracer(pick->safe.proc_fd, tid);
    struct err denied = *err;
    char name[PROC_NAME_MAX + 32];

    if (err->code != EPERM)
        return -1;
    *err = (struct err){0};
    if (tracer && !proc_is_tracer(tracer))
        return err_set(err, STATUS_UNATTACHABLE, EBUSY, "already traced: %s is attached to it",
                       proc_call(tracer, name, sizeof(name)));
    if (tracer) {
        pick->rival = tracer;
        pick->denied_at = 0;
        return 0;
    }
    if (!pick->denied_at)
        pick->denied_at = tracee_now_ns();
    if (tracee_now_ns() - pick->denied_at < DENIED_PATIENCE_NS)
        return 0;
    *err = denied;
    return -1;
}

static void note_begun(const struct pick *pick, struct arch_state *state)
{
    uint64_t arguments[3];

    if (arch_syscall_number(state) != ARCH_RESTART_SYSCALL)
        return;
    for (int i = 0; i < 3; i++)
        arguments[i] = arch_syscall_argument(state, i);
    state->begun = safe_begun(&pick->safe, arch_pc(state), arguments);
}

/* True if it sleeps in a call that a stop would spoil; takes note of that. */
static bool is_at_risk(struct pick *pick, pid_t tid, const struct procfs_call *call)
{
    const char *name = call->state == 'S' ? whole_at_risk(&pick->safe, call) : NULL;

    if (!name)
        return false;
    pick->in_call = name;
    pick->in_call_tid = tid;
    return true;
}

/* Stops one thread and looks. 1: safe, and held; 0: not safe, and let go. */
static int try_thread(struct pick *pick, struct tracee *tracee, pid_t tid, struct arch_state *state,
                      int64_t deadline, struct err *err)
{
    struct nap nap = nap_look(pick->safe.proc_fd, tid);
    struct procfs_call call;

    /* the last look before the stop */
    if (procfs_call(pick->safe.proc_fd, tid, &call) == 0 && is_at_risk(pick, tid, &call))
        return 0;
    nap.cpu = call.cpu;
    if (tracee_seize(tracee, pick->safe.pid, tid, err) < 0)
        return not_seized(pick, tid, err);
    pick->denied_at = 0;
    if (!belongs(pick, tid)) {
        err_set(err, STATUS_UNATTACHABLE, ESRCH, "its thread %d ended", tid);
        if (tracee_wait(tracee, true, deadline, err) == 0)
            pick_release(tracee, state);
        return -1;
    }
    if (tracee_wait(tracee, true, deadline, err) < 0)
        return -1;
    if (tracee->stop == STOP_GROUP) {
        tracee_detach(tracee);
        return stopped_error(err);
    }
    if (arch_save(tid, state) == 0) {
        if (calls_may_begin_anew(state)) {
            nap_confirm(&nap, pick->safe.proc_fd, tid);
            tracee->nap = nap;
        }
        note_begun(pick, state);
        if (safe_check(&pick->safe, state) && !safe_linker_is_busy(&pick->safe))
            return 1;
    }
    if (arch_interrupted(state) && !pick->safe.linker_was_busy)
        refuse(pick, tid);
    pick_release(tracee, state);
    if (tracee->stopped_ns > pick->worst_ns)
        pick->worst_ns = tracee->stopped_ns;
    return 0;
}

/* By rank; those that are scheduled otherwise than the main thread (schedule.h), by rank again, come last. The main
 * thread itself is not preferred: the others are as good, and it is the one that has to answer somebody. */
#define LISTS (2 * RANKS)

struct candidates {
    pid_t *tids[LISTS];
    size_t count[LISTS];
    size_t stopped, traced;
};

static void candidates_free(struct candidates *c)
{
    for (int r = 0; r < LISTS; r++)
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

/* How good it would be to borrow that one. */
static enum rank rank(struct pick *pick, pid_t tid, const struct procfs_call *call)
{
    return is_at_risk(pick, tid, call) ? RANK_NEVER : safe_rank(&pick->safe, call);
}

static void consider(struct pick *pick, struct candidates *c, const struct sched *leader, pid_t tid,
                     const struct procfs_call *call)
{
    int r = rank(pick, tid, call);

    if (r >= RANKS || (r != RANK_RUNNING && was_refused(pick, tid)))
        return;
    if (sched_is_apart(leader, tid, &call->sched))
        r += RANKS;
    if (c->tids[r])
        c->tids[r][c->count[r]++] = tid;
}

static int look(struct pick *pick, struct candidates *c, struct err *err)
{
    size_t n;
    pid_t *tids = procfs_numbers(pick->safe.proc_fd, "task", &n);
    struct sched leader = sched_main(pick->safe.proc_fd, pick->safe.pid);
    struct procfs_call call;

    *c = (struct candidates){0};
    pick->in_call = NULL;
    if (!tids)
        return err_set(err, STATUS_UNATTACHABLE, ESRCH, "it ended");
    for (int r = 0; r < LISTS; r++)
        c->tids[r] = calloc(n, sizeof(pid_t));
    for (size_t i = 0; i < n; i++) {
        if (procfs_call(pick->safe.proc_fd, tids[i], &call) < 0)
            continue;
        c->stopped += call.state == 'T';
        c->traced += call.state == 't';
        if (is_wanted(tids[i]))
            consider(pick, c, &leader, tids[i], &call);
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
static int try_round(struct pick *pick, const struct candidates *c, struct tracee *tracee,
                     struct arch_state *state, int64_t deadline, struct err *err)
{
    int lists = tracee_now_ns() < pick->patient_until ? RANKS : LISTS;
    struct err own = {0};
    int got = 0;

    for (int r = 0; r < lists; r++) {
        size_t limit = r % RANKS == RANK_RUNNING ? RUNNERS_PER_ROUND : SLEEPERS_PER_ROUND;
        size_t from = c->count[r] ? any_number() % c->count[r] : 0;

        for (size_t i = 0; i < c->count[r] && i < limit; i++) {
            own = (struct err){0};
            got = try_thread(pick, tracee, c->tids[r][(from + i) % c->count[r]], state, deadline,
                             &own);
            pick->is_apart = r >= RANKS;
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

static int no_moment(const struct pick *pick, struct err *err)
{
    char name[PROC_NAME_MAX + 32];

    if (pick->rival && proc_is_tracer(pick->rival))
        return err_set(err, STATUS_TIMEOUT, ETIMEDOUT, "another reimport, %s, is at work on it",
                       proc_call(pick->rival, name, sizeof(name)));
    if (pick->safe.linker_was_busy)
        return err_set(err, STATUS_TIMEOUT, ETIMEDOUT,
                       "a thread of it is in the middle of loading a library");
    if (pick->in_call)
        return err_set(err, STATUS_TIMEOUT, ETIMEDOUT,
                       "no thread of it came to a moment at which a library can be loaded safely: "
                       "its thread %d is in %s(), which a stop would make return too early",
                       pick->in_call_tid, pick->in_call);
    return err_set(err, STATUS_TIMEOUT, ETIMEDOUT,
                   "no thread of it came to a moment at which a library can be loaded safely");
}

static void pause_a_little(void)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MIN_NS + (long)(any_number() % PAUSE_SPAN_NS)};

    nanosleep(&pause, NULL);
}

/* Half of the time, if there is little of it. */
static int64_t patient_until(int64_t deadline)
{
    int64_t now = tracee_now_ns(), half = (deadline - now) / 2;

    return now + (half < APART_PATIENCE_NS ? half : APART_PATIENCE_NS);
}

int pick_thread(struct pick *pick, struct tracee *tracee, struct arch_state *state,
                int64_t deadline, int cancel_fd, struct err *err)
{
    struct candidates c;
    int got;

    pick->patient_until = patient_until(deadline);
    do {
        if (cancelled(cancel_fd))
            return err_set(err, STATUS_TIMEOUT, ECANCELED, "interrupted; nothing was changed");
        if (look(pick, &c, err) < 0)
            got = -1;
        else if (safe_linker_is_busy(&pick->safe))
            got = 0;
        else
            got = try_round(pick, &c, tracee, state, deadline, err);
        candidates_free(&c);
        if (got != 0)
            return got > 0 ? 0 : -1;
        pause_a_little();
    } while (tracee_now_ns() < deadline);
    return no_moment(pick, err);
}
