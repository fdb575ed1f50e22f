#include "job.h"

#include "advice.h"
#include "inject.h"
#include "proc.h"
#include "reply.h"
#include "request.h"

#include <errno.h>
#include <math.h>
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

/* ---- what the report says of an error that no reply came with ---- */

/* The name of the Python exception that such an errno value would be. */
static const char *error_type(const struct err *err)
{
    static const struct {
        int code;
        const char *type;
    } types[] = {
        {ESRCH, "ProcessLookupError"},   {EPERM, "PermissionError"},  {EACCES, "PermissionError"},
        {ECANCELED, "InterruptedError"}, {ETIMEDOUT, "TimeoutError"}, {EPIPE, "ConnectionError"},
        {EINVAL, "ValueError"},          {ENOMEM, "MemoryError"},
    };

    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        if (types[i].code == err->code)
            return types[i].type;
    return err->status == STATUS_UNKNOWN ? "ConnectionError" : "OSError";
}

static const char *result_of(enum err_status status)
{
    switch (status) {
    case STATUS_DONE:
        return "unchanged";
    case STATUS_FAILED:
        return "failed";
    case STATUS_TIMEOUT:
        return "timeout";
    case STATUS_UNKNOWN:
        return "unknown";
    case STATUS_USAGE:
    case STATUS_UNATTACHABLE:
        break;
    }
    return "unattachable";
}

static json_t *error_report(const struct err *err)
{
    return json_pack("{s:s, s:{s:s, s:o, s:n}}", "result", result_of(err->status), "error", "type",
                     error_type(err), "message", reply_string(err->message, strlen(err->message)),
                     "traceback");
}

/* ---- what a reply means ---- */

static int status_of(const char *result)
{
    static const struct {
        const char *result;
        enum err_status status;
    } known[] = {
        {"reimported", STATUS_DONE},
        {"unchanged", STATUS_DONE},
        {"failed", STATUS_FAILED},
        {"timeout", STATUS_TIMEOUT},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (result && strcmp(result, known[i].result) == 0)
            return (int)known[i].status;
    return -1;
}

/* The decoded reply, a new reference, if it is one that the agent would send; else an error, for
 * the agent has taken the permit and what it did with it is not known. */
static json_t *understand(const void *value, size_t size, enum err_status *status, struct err *err)
{
    const char *why;
    json_t *reply = reply_decode(value, size, &why);
    int got = status_of(json_string_value(json_object_get(reply, "result")));

    if (reply && got >= 0) {
        *status = (enum err_status)got;
        return reply;
    }
    json_decref(reply);
    err_set(err, STATUS_UNKNOWN, EPROTO,
            "the process answered nonsense (%s), so what was done there is not known; look at the "
            "process before doing it again",
            why ? why : "no result");
    return NULL;
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
        reply = understand(value, size, status, err);
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

/* ---- the report ---- */

/* Adds the keys of `more` that `to` lacks, at every depth at which both have objects. A value of
 * another type than in `more` is replaced by that, unless `more` has null there. */
static int complete(json_t *to, json_t *more)
{
    const char *key;
    json_t *value;

    json_object_foreach(more, key, value)
    {
        json_t *had = json_object_get(to, key);
        bool fits = had && (json_is_null(value) || json_typeof(had) == json_typeof(value) ||
                            (json_is_boolean(had) && json_is_boolean(value)) ||
                            (json_is_number(had) && json_is_number(value)));
        if (!fits && json_object_set(to, key, value) < 0)
            return -1;
        if (fits && json_is_object(value) && complete(had, value) < 0)
            return -1;
    }
    return 0;
}

/* Microseconds are enough, and are shorter to read. */
static void round_times(json_t *times)
{
    const char *key;
    json_t *value;

    json_object_foreach(times, key, value)
    {
        if (json_is_real(value))
            json_real_set(value, round(json_real_value(value) * 1e3) / 1e3);
    }
}

/* Every key that scripts rely on, with what it is when nothing happened, in the order in which they
 * are printed. */
static json_t *skeleton(pid_t pid, const char *python)
{
    return json_pack(
        "{s:i, s:o, s:s, s:b, s:[], s:{s:i, s:i, s:[]}, s:[], s:{s:f, s:f, s:f, s:f, s:f}, "
        "s:n}",
        "pid", (int)pid, "python", *python ? reply_string(python, strlen(python)) : json_null(),
        "result", "unchanged", "changed", 0, "modules", "references", "switched", 0, "removed", 0,
        "left", "stale", "times_ms", "stopped", 0.0, "gil_wait", 0.0, "import", 0.0, "pause", 0.0,
        "total", 0.0, "error");
}

/* Merges what happened, whose reference it takes, into the whole report. NULL: no memory. */
static json_t *finish(json_t *happened, const struct session *s, pid_t pid, double total_ms)
{
    json_t *base = skeleton(pid, s->facts.python);
    json_t *report = skeleton(pid, s->facts.python);
    json_t *times;
    bool failed = !happened || !base || !report;

    /* First the usual keys in the usual order, then what happened over them. */
    failed =
        failed || json_object_update_recursive(report, happened) < 0 || complete(report, base) < 0;
    times = json_object_get(report, "times_ms");
    failed = failed || json_object_set_new(report, "pid", json_integer(pid)) < 0 ||
             json_object_set_new(times, "stopped", json_real(s->stopped_ms)) < 0 ||
             json_object_set_new(times, "total", json_real(total_ms)) < 0;
    if (!failed)
        round_times(times);
    json_decref(base);
    json_decref(happened);
    if (failed) {
        json_decref(report);
        return NULL;
    }
    return report;
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
        reply = error_report(&err);
    }
    job.report = finish(reply, &s, pid, now_ms() - start);
    job.interrupted = is_readable(cancel_fd);
    job.pid = pid;
    job.asked = s.permit != PERMIT_UNSENT;
    snprintf(job.exe, sizeof(job.exe), "%s", s.facts.exe);
    return job;
}
