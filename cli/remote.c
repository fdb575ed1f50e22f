/* Calls in the target: see remote.h. */
#include "remote.h"

#include "pick.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define DEEPEST (1u << 20) /* no call uses more stack than that */
#define POLL_NS 30000
#define FIRST_LOOK_NS 20000000 /* loading takes less than that, unless the machine is busy */
#define LEAVE_NS                                                                                   \
    2000000000ll /* the thread has no reason to take longer than a few microseconds                \
                  */

static uint64_t bit(int signal)
{
    return 1ull << (signal - 1);
}

/* All but the signals that the thread's own instructions raise: blocked, those would be fatal. */
static uint64_t blocked_mask(void)
{
    return ~(bit(SIGSEGV) | bit(SIGBUS) | bit(SIGILL) | bit(SIGFPE) | bit(SIGTRAP) | bit(SIGSYS));
}

static int read_word(void *mem, uint64_t at, uint64_t *word)
{
    return mem_read(mem, at, word, sizeof(*word));
}

static void save_errno(struct remote *r, const struct libc *libc)
{
    uint8_t code[32];

    if (mem_read(r->mem, libc->errno_location, code, sizeof(code)) < 0)
        return;
    r->errno_at =
        arch_errno_address(r->saved, libc->errno_location, code, sizeof(code), read_word, r->mem);
    if (r->errno_at && mem_read(r->mem, r->errno_at, &r->errno_was, sizeof(r->errno_was)) < 0)
        r->errno_at = 0;
}

static int refused(int code, const char *what, struct err *err)
{
    return err_sys(err, STATUS_UNATTACHABLE, code, "%s", what);
}

int remote_begin(struct remote *r, const struct libc *libc, const void *scratch, size_t scratch_n,
                 struct err *err)
{
    int error = arch_frame(r->saved, libc->return_stub, scratch, scratch_n, &r->frame);

    if (error)
        return refused(-error, "its registers cannot be put into a signal frame", err);
    save_errno(r, libc);
    if (mem_write(r->mem, r->frame.sp, r->frame.bytes, r->frame.n) < 0)
        return refused(EFAULT, "its stack cannot be written", err);
    r->begun = true;
    r->in_syscall = false;
    return 0;
}

/* Letting it go on would end it. */
static int fault(struct remote *r, struct err *err)
{
    r->midway = false;
    if (r->tracee->fault == SIGSYS)
        return err_set(err, STATUS_UNATTACHABLE, EIO,
                       "a seccomp filter keeps it from loading a library");
    return err_set(err, STATUS_UNATTACHABLE, EFAULT, "signal %d (%s) while it loaded the agent",
                   r->tracee->fault, strsignal(r->tracee->fault));
}

static int go(struct remote *r, enum tracee_how how, struct err *err)
{
    if (tracee_go(r->tracee, how, err) < 0)
        return -1;
    r->midway = true;
    return 0;
}

static int late(const struct remote *r, struct err *err)
{
    return err_set(err, STATUS_TIMEOUT, ETIMEDOUT,
                   "its thread %d did not load the agent in time; nothing was changed",
                   r->tracee->tid);
}

/* Follows the thread from one system call stop to the next. 1: the call has returned. */
static int follow(struct remote *r, long watched, int64_t *result, struct err *err)
{
    struct arch_state now;
    int error;

    if (tracee_now_ns() >= r->deadline) /* even if there is always another stop */
        return late(r, err);
    if (go(r, GO_TO_SYSCALL, err) < 0 || tracee_wait(r->tracee, false, r->deadline, err) < 0)
        return -1;
    if (r->tracee->stop == STOP_FAULT)
        return fault(r, err);
    if (r->tracee->stop != STOP_SYSCALL)
        return 0;
    r->in_syscall = !r->in_syscall;
    error = arch_peek(r->tracee->tid, &now);
    if (error)
        return refused(-error, "its registers cannot be read", err);
    if (r->in_syscall) {
        r->midway = !arch_returning(&now, &r->frame);
        return !r->midway;
    }
    if (watched >= 0 && arch_syscall_number(&now) == watched)
        *result = arch_syscall_result(&now);
    return 0;
}

static int set_up(struct remote *r, uint64_t function, uint64_t a, uint64_t b, uint64_t c,
                  struct err *err)
{
    long instead = r->in_syscall ? r->idle : -1; /* of the signal return that it has entered */
    int error = arch_call(r->tracee->tid, r->saved, &r->frame, function, a, b, c, instead);

    tracee_test_point();
    if (!error)
        error = arch_set_sigmask(r->tracee->tid, blocked_mask());
    tracee_test_point();
    return error ? refused(-error, "its registers cannot be set", err) : 0;
}

int remote_call(struct remote *r, uint64_t function, uint64_t a, uint64_t b, uint64_t c,
                long watched, int64_t *result, struct err *err)
{
    int returned = 0;

    if (set_up(r, function, a, b, c, err) < 0)
        return -1;
    if (result)
        *result = -ENOSYS;
    while (returned == 0)
        returned = follow(r, watched, result, err);
    return returned < 0 ? -1 : 0;
}

/* Whether the stopped thread is still below its frame. One that went home may be deeper in its stack than
 * before, but has its own signal mask again. (libc unblocks its own signals when it likes, and the kernel
 * never blocks those two.) */
static bool is_below(const struct remote *r, const struct arch_state *now)
{
    const uint64_t telling =
        blocked_mask() & ~(bit(SIGKILL) | bit(SIGSTOP) | bit(32) | bit(33) | bit(34));
    uint64_t sp = arch_sp(now), mask;

    return sp <= r->frame.sp + sizeof(uint64_t) && r->frame.sp - sp < DEEPEST &&
           arch_get_sigmask(r->tracee->tid, &mask) == 0 && (~mask & telling) == 0;
}

/* A fault of the program's own is no concern of ours: let go, the thread meets it again. */
static bool is_below_now(const struct remote *r)
{
    struct arch_state now;

    return arch_peek(r->tracee->tid, &now) < 0 || is_below(r, &now);
}

/* Lets the thread run for `look_ns`, or until it has set its flag. Then stops it. */
static int run_a_while(struct remote *r, const struct remote_flags *flags, int64_t look_ns,
                       bool *done, struct err *err)
{
    int64_t until = tracee_now_ns() + look_ns;
    uint64_t word = 0;

    if (go(r, GO_ON, err) < 0)
        return -1;
    do {
        if (tracee_poll(r->tracee, POLL_NS, err) < 0)
            return -1;
        *done = mem_read(r->mem, flags->done_at, &word, sizeof(word)) == 0 && word == flags->done;
    } while (!*done && r->tracee->state == TRACEE_RUNNING && tracee_now_ns() < until);
    if (r->tracee->state == TRACEE_STOPPED)
        return r->tracee->stop == STOP_FAULT && is_below_now(r) ? fault(r, err) : 0;
    if (tracee_interrupt(r->tracee, err) < 0)
        return -1;
    return tracee_wait(r->tracee, false, r->deadline, err);
}

/* From the wait in the function called to its return. */
static int see_it_return(struct remote *r, const struct remote_flags *flags, struct err *err)
{
    const uint32_t go = 1;
    int returned = 0;

    if (mem_write(r->mem, flags->go_at, &go, sizeof(go)) < 0)
        return refused(EFAULT, "its stack cannot be written", err);
    r->in_syscall = false;
    while (returned == 0)
        returned = follow(r, -1, NULL, err);
    return returned < 0 ? -1 : 0;
}

int remote_call_flagged(struct remote *r, uint64_t function, uint64_t a, uint64_t b,
                        const struct remote_flags *flags, struct err *err)
{
    int64_t look_ns = FIRST_LOOK_NS;
    struct arch_state now;
    bool done = false;

    if (set_up(r, function, a, b, 0, err) < 0)
        return -1;
    for (; !done; look_ns *= 2) {
        if (run_a_while(r, flags, look_ns, &done, err) < 0)
            return -1;
        if (arch_peek(r->tracee->tid, &now) < 0)
            return refused(EIO, "its registers cannot be read", err);
        r->home = !is_below(r, &now);
        if (r->home) {
            r->midway = false;
            return 0;
        }
        if (tracee_now_ns() >= r->deadline)
            return late(r, err);
    }
    return see_it_return(r, flags, err);
}

/* The thread is in the middle of a call, and it or we cannot see that to the end. It may hold any
 * lock there, so it is not put back where it was: its frame brings it home. */
static int abandon(struct remote *r, struct err *err)
{
    if (r->tracee->state == TRACEE_RUNNING &&
        (tracee_interrupt(r->tracee, err) < 0 ||
         tracee_wait(r->tracee, false, tracee_now_ns() + LEAVE_NS, err) < 0))
        return -1;
    r->tracee->nap = (struct nap){0}; /* that was another call's */
    pick_release(r->tracee, NULL);
    return late(r, err);
}

/* See "Leaving" in arch.h: the signal return would lose the state of a system call that is to be
 * continued, so the thread is taken past it by hand. */
static int leave(struct remote *r, struct err *err)
{
    struct arch_state true_state = *r->saved;
    pid_t tid = r->tracee->tid;
    int error;

    if (r->errno_at)
        (void)mem_write(r->mem, r->errno_at, &r->errno_was, sizeof(r->errno_was));
    if (r->idle != -1 && r->in_syscall)
        return 0; /* so the signal return takes place, as if this process had died here */
    error = arch_leave(tid, r->saved);
    tracee_test_point();
    if (error)
        return refused(-error, "its registers cannot be restored", err);
    if (tracee_interrupt(r->tracee, err) < 0 || tracee_go(r->tracee, GO_ON, err) < 0 ||
        tracee_wait(r->tracee, false, tracee_now_ns() + LEAVE_NS, err) < 0)
        return -1;
    calls_settle(&true_state, &r->tracee->nap);
    error = arch_restore(tid, &true_state);
    tracee_test_point();
    return error ? refused(-error, "its registers cannot be restored", err) : 0;
}

/* It has begun nothing, or is in whatever the program does next. */
static void release_home(struct remote *r)
{
    if (r->begun)
        r->tracee->nap = (struct nap){0};
    pick_release(r->tracee, NULL);
}

int remote_end(struct remote *r, struct err *err)
{
    int result = 0;

    if (r->tracee->state == TRACEE_RUNNING || r->midway)
        result = abandon(r, err);
    else if (r->tracee->state == TRACEE_STOPPED && r->begun && !r->home)
        result = leave(r, err);
    else if (r->tracee->state == TRACEE_STOPPED)
        release_home(r);
    tracee_detach(r->tracee);
    free(r->frame.bytes);
    r->frame.bytes = NULL;
    return result;
}
