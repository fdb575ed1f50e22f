#include "job.h"

#include "advice.h"
#include "inject.h"
#include "outcome.h"
#include "proc.h"
#include "request.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static bool is_readable(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    return fd >= 0 && poll(&p, 1, 0) > 0;
}

/* ---- the visit ---- */

/* Returns the reply, or NULL with the error set; fills in what *s knows in either case. */
static json_t *converse(struct session *s, const void *request, size_t request_size, int timeout_ms,
                        int cancel_fd, enum err_status *status, struct err *err)
{
    void *value = NULL;
    size_t size;
    json_t *reply = NULL;

    if (session_open(s, s->pid, timeout_ms, cancel_fd, err) < 0) {
        advice_add(err, &s->facts);
        return NULL;
    }
    if (session_call(s, request, request_size, &value, &size, err) == 0)
        reply = outcome_understand(value, size, status, err);
    else
        advice_add(err, &s->facts);
    session_close(s);
    free(value);
    return reply;
}

/* From the first look at the process to the reply; as converse(). */
static json_t *visit(struct session *s, const struct options *o, int cancel_fd,
                     enum err_status *status, struct err *err)
{
    double start = now_ms();
    uint8_t *request = NULL;
    size_t size;
    json_t *reply = NULL;

    if (is_readable(cancel_fd)) {
        err_set(err, STATUS_TIMEOUT, ECANCELED,
                "interrupted before it was begun: nothing was changed; run this again");
        return NULL;
    }
    if (proc_preflight(s->pid, err) == 0 && request_encode(o, s->pid, &request, &size, err) == 0) {
        int left_ms = o->timeout_ms - (int)(now_ms() - start);
        reply = converse(s, request, size, left_ms > 1 ? left_ms : 1, cancel_fd, status, err);
    }
    free(request);
    return reply;
}

struct job job_run(pid_t pid, const struct options *o, int cancel_fd)
{
    double start = now_ms();
    struct session s = {.pid = pid};
    struct err err = {0};
    struct job job = {.status = STATUS_DONE};
    json_t *reply = visit(&s, o, cancel_fd, &job.status, &err);

    if (!reply) {
        job.status = err.status;
        reply = outcome_of_error(&err);
    }
    job.report = outcome_finish(reply, &s, pid, now_ms() - start);
    job.interrupted = is_readable(cancel_fd);
    job.pid = pid;
    job.asked = s.permit != PERMIT_UNSENT;
    snprintf(job.exe, sizeof(job.exe), "%s", s.facts.exe);
    return job;
}
