#include "outcome.h"

#include "reply.h"

#include <errno.h>
#include <math.h>
#include <string.h>

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

json_t *outcome_of_error(const struct err *err)
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
        {"reimported", STATUS_DONE}, {"unchanged", STATUS_DONE},  {"failed", STATUS_FAILED},
        {"timeout", STATUS_TIMEOUT}, {"unknown", STATUS_UNKNOWN}, /* half done, and not to be taken back */
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (result && strcmp(result, known[i].result) == 0)
            return (int)known[i].status;
    return -1;
}

/* What a reply stands for, or those in a list of them: the worst; -1 if it is none. */
static int status_of_all(const json_t *replies)
{
    int worst = json_array_size(replies) ? STATUS_DONE : -1;
    size_t i;
    const json_t *reply;

    json_array_foreach(replies, i, reply)
    {
        int got = status_of(json_string_value(json_object_get(reply, "result")));
        if (got < 0)
            return -1;
        worst = got > worst ? got : worst;
    }
    return worst;
}

/* The replies that `reply` is made of: a new list. */
static json_t *replies_in(json_t *reply)
{
    json_t *several = json_object_get(reply, "interpreters");

    if (json_is_array(several))
        return json_incref(several);
    return json_pack("[O]", reply);
}

json_t *outcome_understand(const void *value, size_t size, enum err_status *status, struct err *err)
{
    const char *why;
    json_t *reply = reply_decode(value, size, &why);
    json_t *replies = reply ? replies_in(reply) : NULL;
    int got = replies ? status_of_all(replies) : -1;

    json_decref(reply);
    if (got >= 0) {
        *status = (enum err_status)got;
        return replies;
    }
    json_decref(replies);
    err_set(err, STATUS_UNKNOWN, EPROTO,
            "the process answered nonsense (%s), so what was done there is not known; look at the "
            "process before doing it again",
            why ? why : "no result");
    return NULL;
}

/* ---- the whole ---- */

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
        "{s:i, s:i, s:o, s:s, s:b, s:[], s:{s:i, s:i, s:[]}, s:[], s:{s:f, s:f, s:f, s:f, s:f}, "
        "s:n}",
        "pid", (int)pid, "interpreter", 0, "python",
        *python ? reply_string(python, strlen(python)) : json_null(), "result", "unchanged",
        "changed", 0, "modules", "references", "switched", 0, "removed", 0, "left", "stale",
        "times_ms", "stopped", 0.0, "gil_wait", 0.0, "import", 0.0, "pause", 0.0, "total", 0.0,
        "error");
}

json_t *outcome_finish(json_t *happened, const struct session *s, pid_t pid, double total_ms)
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
