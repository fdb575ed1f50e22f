/* The command: options in, one report for each process out. */
#include "audit.h"
#include "job.h"
#include "opts.h"
#include "out.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>

/* The signals by which a user or a system asks us to stop: they end a visit by a withdrawal, never
 * in the middle. Ignored ones stay ignored (nohup). Returns a descriptor that is readable once one
 * came. */
static int catch_signals(struct err *err)
{
    static const int asked[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++)
        sigaddset(&set, asked[i]);
    signal(SIGPIPE, SIG_IGN); /* a reader that went away is a failed write */
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return err_sys(err, STATUS_UNATTACHABLE, errno, "cannot block signals");
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return err_sys(err, STATUS_UNATTACHABLE, errno, "cannot wait for signals");
    return fd;
}

/* The system log has it before the user, whose terminal may keep us waiting. That it could not be
 * written fails nothing. */
static void audit(const struct job *job, const struct options *o)
{
    struct err err = {0};

    if (!o->no_syslog && audit_is_due(job, o) && audit_write(job, o, &err) < 0 && o->verbose)
        out_error(err.message);
}

/* One process after the other. Returns the largest status. */
static enum err_status run(const struct options *o, int cancel_fd)
{
    enum err_status worst = STATUS_DONE;

    for (size_t i = 0; i < o->pid_count; i++) {
        struct job job = job_run(o->pids[i], o, cancel_fd);
        audit(&job, o);
        if (job.report) {
            out_report(job.report, o);
        } else {
            out_error("memory ran out before the report was made");
            job.status = STATUS_UNKNOWN;
        }
        if (job.interrupted && job.status == STATUS_DONE)
            out_error("interrupted, but too late: the process above had already been changed, or "
                      "there was "
                      "nothing to do");
        json_decref(job.report);
        worst = job.status > worst ? job.status : worst;
    }
    return worst;
}

static enum err_status dispatch(const struct options *o, struct err *err)
{
    int cancel_fd;

    switch (o->show) {
    case SHOW_HELP:
        options_help(stdout);
        return STATUS_DONE;
    case SHOW_VERSION:
        puts("reimport " REIMPORT_VERSION);
        return STATUS_DONE;
    case SHOW_NOTHING:
        break;
    }
    cancel_fd = catch_signals(err);
    return cancel_fd < 0 ? err->status : run(o, cancel_fd);
}

int main(int argc, char **argv)
{
    struct options o = {0};
    struct err err = {0}, close_err = {0};
    enum err_status status;

    if (out_prepare(&err) < 0 || options_parse(&o, argc, argv, &err) < 0)
        status = err.status;
    else
        status = dispatch(&o, &err);
    options_free(&o);
    if (err_is_set(&err))
        out_error(err.message);
    if (out_close(&close_err) < 0) {
        out_error(close_err.message);
        status = close_err.status;
    }
    return (int)status;
}
