/* One round of visits, and rounds on every change: see visits.h. */
#include "visits.h"

#include "audit.h"
#include "job.h"
#include "out.h"
#include "proc.h"
#include "request.h"
#include "sources.h"
#include "tree.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

struct round {
    const struct options *o;
    int cancel_fd;
    struct pids pids; /* in the order of their visits */
    size_t given;     /* the first of them: those that were named */
    size_t visited;
    bool *found; /* for each of the options' names: some process has it loaded */
    enum err_status worst;
};

/* ---- one process ---- */

/* The system log has it before the user, whose terminal may keep us waiting. That it could not be
 * written fails nothing. */
static void audit(const struct job *job, const struct options *o)
{
    struct err err = {0};

    if (!o->no_syslog && audit_is_due(job, o) && audit_write(job, o, &err) < 0 && o->verbose)
        out_error(err.message);
}

static bool is_listed(const json_t *list, const char *name)
{
    size_t i;
    const json_t *item;

    json_array_foreach(list, i, item)
    {
        const char *s = json_string_value(item);
        if (s && strcmp(s, name) == 0)
            return true;
    }
    return false;
}

static void note_found(struct round *round, const struct job *job)
{
    const json_t *lacking = json_object_get(job->report, "not_loaded");

    for (size_t i = 0; job->status == STATUS_DONE && i < round->o->arg_count; i++)
        if (!is_listed(lacking, round->o->args[i]))
            round->found[i] = true;
}

static bool has_ended(struct process process)
{
    struct err ignored = {0};
    struct proc p;

    return proc_read(process.pid, &p, &ignored) < 0 || p.state == 'Z' || p.state == 'X' ||
           procfs_process(process.pid).born != process.born;
}

static void report(const struct job *job, const struct options *o)
{
    if (job->report)
        out_report(job->report, o);
    else
        out_error("memory ran out before the report was made");
    if (job->interrupted && job->status == STATUS_DONE)
        out_error("interrupted, but too late: the process above had already been changed, or there "
                  "was nothing to do");
}

/* What there is to say of one interpreter. */
static void tell(struct round *round, const struct job *job, const struct options *o,
                 bool rehearsal)
{
    if (!rehearsal)
        audit(job, o);
    if (!rehearsal || job->status != STATUS_DONE)
        report(job, o);
    if (round->found)
        note_found(round, job);
}

/* What there is to say of all. */
static void tell_all(struct round *round, struct job *job, const struct options *o, bool rehearsal)
{
    size_t n = json_array_size(job->more);

    for (size_t i = 0; i < n; i++)
        if (!json_is_object(json_array_get(job->more, i)))
            job->status = STATUS_UNKNOWN;
    for (size_t i = 0; i <= n; i++) {
        struct job one = *job;
        if (i > 0)
            one.report = json_array_get(job->more, i - 1);
        if (!json_is_object(one.report))
            one.report = NULL;
        one.interrupted = job->interrupted && i == n;
        tell(round, &one, o, rehearsal);
    }
}

/* `o`: the round's own options, or those of its rehearsal, of which only failures are reported. */
static void visit(struct round *round, size_t i, const struct options *o, bool rehearsal)
{
    struct process process = round->pids.items[i];
    struct job job = job_run(process, o, round->cancel_fd);

    if (!job.report)
        job.status = STATUS_UNKNOWN;
    if (job.status == STATUS_UNATTACHABLE && i >= round->given && has_ended(process)) {
        json_decref(job.report);
        json_decref(job.more);
        return; /* a worker that went its way */
    }
    round->visited++;
    tell_all(round, &job, o, rehearsal);
    json_decref(job.report);
    json_decref(job.more);
    round->worst = job.status > round->worst ? job.status : round->worst;
}

/* ---- a tree of processes ---- */

static int gather(struct round *round, struct err *err)
{
    const struct options *o = round->o;

    for (size_t i = 0; i < o->pid_count; i++)
        if (pids_add(&round->pids, procfs_process(o->pids[i]), err) < 0)
            return -1;
    round->given = round->pids.count;
    for (size_t i = 0; o->tree && i < round->given; i++)
        if (tree_below(&round->pids, round->pids.items[i], tree_now(), true, err) < 0)
            return -1;
    return 0;
}

/* Visits all that may run Python, and those that come to light meanwhile: what a process forked
 * before its visit was over is a copy of what it was. */
static int visit_tree(struct round *round, const struct options *o, bool rehearsal, struct err *err)
{
    for (size_t i = 0; i < round->pids.count; i++) {
        if (tree_may_run_python(round->pids.items[i].pid))
            visit(round, i, o, rehearsal);
        if (!rehearsal &&
            tree_below(&round->pids, round->pids.items[i], tree_now(), false, err) < 0)
            return -1;
    }
    return 0;
}

/* Names that no process has loaded: the first one that was given says so, and which are like it. */
static void refuse_unfound(struct round *round, struct options *o)
{
    for (size_t i = 0; i < o->arg_count; i++)
        if (!round->found[i]) {
            o->if_loaded = false;
            o->args += i;
            o->arg_count = 1;
            for (size_t k = 0; k < round->pids.count; k++)
                if (tree_may_run_python(round->pids.items[k].pid)) {
                    visit(round, k, o, true);
                    return;
                }
        }
}

/* True if no process of the tree would refuse. */
static bool rehearse(struct round *round, struct err *err)
{
    struct options o = *round->o;

    o.dry_run = o.if_loaded = true;
    o.quiet = true;
    if (visit_tree(round, &o, true, err) < 0)
        return false;
    if (round->worst == STATUS_DONE && round->visited)
        refuse_unfound(round, &o);
    if (round->worst == STATUS_DONE)
        return true;
    out_error("nothing was changed in any process: one of them refuses");
    return false;
}

static int make_tree(struct round *round, struct err *err)
{
    struct options o = *round->o;
    bool reimports = strcmp(o.op, "reimport") == 0;

    o.if_loaded = true;
    round->found = calloc(o.arg_count + 1, sizeof(*round->found));
    if (!round->found)
        return err_set(err, STATUS_UNATTACHABLE, ENOMEM, "out of memory");
    if (reimports && !rehearse(round, err))
        return err_is_set(err) ? -1 : 0;
    round->visited = 0;
    if (visit_tree(round, &o, false, err) < 0)
        return -1;
    for (size_t i = 0; !round->visited && i < round->given; i++)
        visit(round, i, &o, false); /* none runs Python: each says what it is */
    return 0;
}

enum err_status visits_make(const struct options *o, int cancel_fd)
{
    struct round round = {.o = o, .cancel_fd = cancel_fd};
    struct err err = {0};
    int rc = gather(&round, &err);

    if (rc == 0 && o->tree && round.pids.count > 1)
        rc = make_tree(&round, &err);
    else
        for (size_t i = 0; rc == 0 && i < round.pids.count; i++)
            visit(&round, i, o, false);
    if (rc < 0) {
        out_error(err.message);
        round.worst = err.status > round.worst ? err.status : round.worst;
    }
    free(round.found);
    pids_free(&round.pids);
    return round.worst;
}

/* ---- --watch ---- */

/* What the process has on its search path, from itself: an array to be freed with its strings, NULL
 * with the error set. */
static char **search_path(pid_t pid, const struct options *o, int cancel_fd, size_t *count,
                          struct err *err)
{
    struct options asked = *o;
    char **paths;
    size_t i;
    const json_t *list, *item;

    asked.op = "search";
    struct job job = job_run(procfs_process(pid), &asked, cancel_fd);
    list = json_object_get(job.report, "search_path");
    paths = list ? calloc(json_array_size(list) + 1, sizeof(*paths)) : NULL;
    *count = 0;
    json_array_foreach(list, i, item)
    {
        const char *s = json_string_value(item);
        if (paths && s && s[0] == '/')
            *count += (paths[*count] = strdup(s)) != NULL;
    }
    if (!paths) {
        report(&job, &asked);
        (void)err_set(err, job.status ? job.status : STATUS_UNKNOWN, 0,
                      "PID %d: where its sources are is not known, so they are not watched",
                      (int)pid);
    }
    json_decref(job.report);
    json_decref(job.more);
    return paths;
}

static int watch_process(struct sources *s, pid_t pid, const struct options *o, int cancel_fd,
                         struct err *err)
{
    size_t count = o->arg_count;

    if (proc_preflight(pid, err) < 0)
        return err_context(err, "PID %d", (int)pid);
    char **paths = count ? request_paths(o, pid, err) : search_path(pid, o, cancel_fd, &count, err);
    int rc = paths ? sources_add(s, pid, paths, count, err) : -1;

    request_free_paths(paths, count);
    return rc;
}

static int watch_all(struct sources *s, const struct options *o, int cancel_fd, struct err *err)
{
    sources_init(s);
    for (size_t i = 0; i < o->pid_count; i++)
        if (watch_process(s, o->pids[i], o, cancel_fd, err) < 0)
            return -1;
    return 0;
}

static void forget(struct options *o, pid_t pid)
{
    char message[80];

    for (size_t i = 0; i < o->pid_count; i++)
        if (o->pids[i] == pid) {
            memmove(&o->pids[i], &o->pids[i + 1], (o->pid_count - i - 1) * sizeof(pid));
            o->pid_count--;
            break;
        }
    snprintf(message, sizeof(message), "PID %d: it has ended, and is watched no more", (int)pid);
    out_error(message);
}

/* Rounds until something ends it, or directories have moved so that they are to be watched anew. A report that
 * cannot be written ends it: no change is to be made that nobody is told of. out_close() says so. */
static enum sources_event make_rounds(struct sources *s, struct options *o, int cancel_fd,
                                      struct err *err)
{
    enum sources_event event = SOURCES_CHANGED;

    while (event == SOURCES_CHANGED && !s->moved && o->pid_count) {
        pid_t ended;
        event = sources_wait(s, cancel_fd, &ended, err);
        if (event == SOURCES_ENDED) {
            forget(o, ended);
            event = SOURCES_CHANGED;
        } else if (event == SOURCES_CHANGED && !s->moved) {
            (void)visits_make(o, cancel_fd);
            event = out_is_lost() ? SOURCES_CANCELLED : event;
        }
    }
    return event;
}

/* `o` is the caller's own copy, whose PIDs are taken out as they end. */
static enum err_status watch(struct options *o, int cancel_fd, struct err *err)
{
    enum sources_event event = SOURCES_CHANGED;
    enum err_status status = STATUS_DONE;
    struct sources s;

    for (bool first = true; event == SOURCES_CHANGED && o->pid_count; first = false) {
        event = watch_all(&s, o, cancel_fd, err) < 0 ? SOURCES_FAILED : event;
        /* after the watching began, so that no change falls between */
        if (event == SOURCES_CHANGED)
            status = visits_make(o, cancel_fd);
        o->only_changes = true;
        if (out_is_lost() || (first && (status == STATUS_UNATTACHABLE || status == STATUS_USAGE)))
            event = SOURCES_CANCELLED;
        else if (event == SOURCES_CHANGED)
            status = STATUS_DONE, event = make_rounds(&s, o, cancel_fd, err);
        sources_close(&s);
    }
    if (event == SOURCES_FAILED)
        return err->status;
    return o->pid_count ? status : STATUS_UNATTACHABLE;
}

enum err_status visits_watch(const struct options *o, int cancel_fd)
{
    struct options own = *o;
    struct err err = {0};
    enum err_status status;

    own.pids = calloc(o->pid_count, sizeof(*own.pids));
    if (!own.pids) {
        out_error("out of memory");
        return STATUS_UNATTACHABLE;
    }
    memcpy(own.pids, o->pids, o->pid_count * sizeof(*own.pids));
    status = watch(&own, cancel_fd, &err);
    if (err_is_set(&err))
        out_error(err.message);
    free(own.pids);
    return status;
}
