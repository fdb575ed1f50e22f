/* A thread under ptrace: see tracee.h. */
#include "tracee.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WAIT_SLICE_NS 20000000 /* a wake-up that got lost costs no more than this */

int64_t tracee_now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000ll + now.tv_nsec;
}

void tracee_prepare(void *old_mask)
{
    const struct sigaction by_default = {.sa_handler = SIG_DFL};
    sigset_t all;

    sigaction(SIGCHLD, &by_default, NULL); /* ignored, it would not wake a wait */
    prctl(PR_SET_TIMERSLACK, 1);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, old_mask);
}

#ifdef REIMPORT_TEST_HOOKS
void tracee_test_point(void)
{
    static long step;
    const char *at = getenv("REIMPORT_TEST_DIE_AT");

    if (at && ++step == strtol(at, NULL, 10))
        kill(getpid(), SIGKILL);
}
#endif

static int vanished(struct tracee *t, struct err *err)
{
    t->state = TRACEE_IDLE;
    return err_set(err, STATUS_UNATTACHABLE, ESRCH, "its thread %d ended", t->tid);
}

static int failed(struct tracee *t, int code, const char *what, struct err *err)
{
    if (code == ESRCH)
        return vanished(t, err);
    return err_sys(err, STATUS_UNATTACHABLE, code, "ptrace (%s)", what);
}

int tracee_seize(struct tracee *t, pid_t pid, pid_t tid, struct err *err)
{
    *t = (struct tracee){.pid = pid, .tid = tid};
    t->seized_at = tracee_now_ns();
    if (ptrace(PTRACE_SEIZE, tid, NULL, (void *)PTRACE_O_TRACESYSGOOD) < 0)
        return failed(t, errno, "seize", err);
    t->state = TRACEE_RUNNING;
    tracee_test_point();
    return tracee_interrupt(t, err);
}

int tracee_interrupt(struct tracee *t, struct err *err)
{
    if (ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL) < 0)
        return failed(t, errno, "interrupt", err);
    tracee_test_point();
    return 0;
}

static void hold(struct tracee *t, int signal)
{
    for (int i = 0; i < t->held_count; i++)
        if (t->held[i] == signal)
            return; /* like the kernel: one of a kind is pending */
    if (t->held_count < TRACEE_HELD_MAX)
        t->held[t->held_count++] = signal;
}

static bool is_fault(struct tracee *t, int signal)
{
    siginfo_t info;

    if (signal != SIGSEGV && signal != SIGBUS && signal != SIGILL && signal != SIGFPE &&
        signal != SIGTRAP && signal != SIGSYS)
        return false;
    return ptrace(PTRACE_GETSIGINFO, t->tid, NULL, &info) < 0 || info.si_code > 0;
}

static int resume(struct tracee *t, int request, int signal, struct err *err)
{
    t->request = request;
    if (ptrace((enum __ptrace_request)request, t->tid, NULL, (void *)(long)signal) < 0)
        return failed(t, errno, "continue", err);
    t->state = TRACEE_RUNNING;
    tracee_test_point();
    return 0;
}

/* Takes note of a stop. 1: it is one to report; 0: the thread runs on. */
static int classify(struct tracee *t, int status, bool deliver, struct err *err)
{
    int signal = WSTOPSIG(status), event = status >> 16;

    t->state = TRACEE_STOPPED;
    tracee_test_point();
    if (event == PTRACE_EVENT_STOP) {
        t->stop = signal == SIGTRAP ? STOP_EVENT : STOP_GROUP;
        return 1;
    }
    if (signal == (SIGTRAP | 0x80)) {
        t->stop = STOP_SYSCALL;
        return 1;
    }
    if (!deliver && is_fault(t, signal)) {
        t->stop = STOP_FAULT;
        t->fault = signal;
        return 1;
    }
    if (deliver)
        return resume(t, PTRACE_CONT, signal, err);
    hold(t, signal);
    return resume(t, t->request, 0, err);
}

static void sleep_until_child(int64_t until)
{
    int64_t left = until - tracee_now_ns();
    struct timespec slice;
    sigset_t set;

    if (left <= 0)
        return;
    if (left > WAIT_SLICE_NS)
        left = WAIT_SLICE_NS;
    slice = (struct timespec){.tv_sec = 0, .tv_nsec = left};
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigtimedwait(&set, NULL, &slice);
}

/* 1: there is a stop to report; 0: not yet. */
static int look(struct tracee *t, bool deliver, struct err *err)
{
    int status, stopped = 0;
    pid_t got;

    while (stopped == 0) {
        got = waitpid(t->tid, &status, WNOHANG | __WALL);
        if (got == 0)
            return 0;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || !WIFSTOPPED(status))
            return vanished(t, err);
        stopped = classify(t, status, deliver, err);
    }
    return stopped;
}

int tracee_wait(struct tracee *t, bool deliver, int64_t deadline, struct err *err)
{
    int stopped;

    while ((stopped = look(t, deliver, err)) == 0) {
        if (tracee_now_ns() >= deadline)
            return err_set(err, STATUS_TIMEOUT, ETIMEDOUT, "its thread %d did not stop in time",
                           t->tid);
        sleep_until_child(deadline);
    }
    return stopped < 0 ? -1 : 0;
}

int tracee_poll(struct tracee *t, int64_t ns, struct err *err)
{
    int stopped = look(t, false, err);

    if (stopped == 0) {
        sleep_until_child(tracee_now_ns() + ns);
        stopped = look(t, false, err);
    }
    return stopped < 0 ? -1 : 0;
}

int tracee_go(struct tracee *t, enum tracee_how how, struct err *err)
{
    return resume(t, how == GO_TO_SYSCALL ? PTRACE_SYSCALL : PTRACE_CONT, 0, err);
}

void tracee_detach(struct tracee *t)
{
    if (t->state == TRACEE_STOPPED) {
        ptrace(PTRACE_DETACH, t->tid, NULL, NULL);
        t->stopped_ns = tracee_now_ns() - t->seized_at;
    }
    t->state = TRACEE_IDLE;
    tracee_test_point();
    for (int i = 0; i < t->held_count; i++)
        syscall(SYS_tgkill, t->pid, t->tid, t->held[i]);
    t->held_count = 0;
}
