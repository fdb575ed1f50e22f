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

/* Returns the replies, a list, or NULL with the error set; fills in what *s knows in either case. */
static json_t *converse(struct session *s, const void *request, size_t request_size, int timeout_ms,
                        int cancel_fd, enum err_status *status, struct err *err)
{
    void *value = NULL;
    size_t size;
    json_t *reply = NULL;

    if (session_open(s, s->process, timeout_ms, cancel_fd, err) < 0) {
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
    if (proc_preflight(s->process.pid, err) == 0 &&
        request_encode(o, s->process.pid, &request, &size, err) == 0) {
        int left_ms = o->timeout_ms - (int)(now_ms() - start);
        reply = converse(s, request, size, left_ms > 1 ? left_ms : 1, cancel_fd, status, err);
    }
    free(request);
    return reply;
}

/* Makes the reports of all that was replied: the first, and the list of the others. */
static void report_all(struct job *job, json_t *replies, const struct session *s, double total_ms)
{
    size_t i;
    json_t *reply;

    job->more = json_array_size(replies) > 1 ? json_array() : NULL;
    json_array_foreach(replies, i, reply)
    {
        json_t *report = outcome_finish(json_incref(reply), s, job->pid, total_ms);
        if (i == 0)
            job->report = report;
        else if (json_array_append_new(job->more, report ? report : json_null()) < 0)
            return;
    }
}

struct job job_run(struct process process, const struct options *o, int cancel_fd)
{
    double start = now_ms();
    struct session s = {.process = process};
    struct err err = {0};
    struct job job = {.status = STATUS_DONE, .pid = process.pid};
    json_t *replies = visit(&s, o, cancel_fd, &job.status, &err);

    if (!replies) {
        job.status = err.status;
        replies = json_pack("[o]", outcome_of_error(&err));
    }
    report_all(&job, replies, &s, now_ms() - start);
    json_decref(replies);
    job.interrupted = is_readable(cancel_fd);
    job.asked = s.permit != PERMIT_UNSENT;
    snprintf(job.exe, sizeof(job.exe), "%s", s.facts.exe);
    return job;
}
