/* The command: options in, one report for each process out. */
#include "opts.h"
#include "out.h"
#include "visits.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/signalfd.h>

/* The signals by which a user or a system asks us to stop: they end a visit by a withdrawal, never
 * in the middle. Ignored ones stay ignored (nohup): the kernel would tell a signalfd of them, too.
 * Returns a descriptor that is readable once one came. */
static int catch_signals(struct err *err)
{
    static const int asked[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct sigaction now;
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++)
        if (sigaction(asked[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaddset(&set, asked[i]);
    signal(SIGPIPE, SIG_IGN); /* a reader that went away is a failed write */
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return err_sys(err, STATUS_UNATTACHABLE, errno, "cannot block signals");
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return err_sys(err, STATUS_UNATTACHABLE, errno, "cannot wait for signals");
    return fd;
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
    if (cancel_fd < 0)
        return err->status;
    return o->watch ? visits_watch(o, cancel_fd) : visits_make(o, cancel_fd);
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
