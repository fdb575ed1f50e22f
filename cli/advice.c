#include "advice.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *not_attached(const struct err *err, const struct target_facts *facts)
{
    switch (err->code) {
    case ENOEXEC:
    case ENOTSUP:
        return facts->python[0]
                   ? "restart it, under a CPython of 3.8 or later, to load new code"
                   : "give the PID of a CPython process; look it up with: pgrep -a python";
    case ESRCH:
        return "look for its successor with: pgrep -a python";
    case EPERM:
    case EACCES:
        return strstr(err->message, "vm.memfd_noexec")
                   ? "set that to 1 there, or restart it to load new code"
                   : "run this as root (sudo); in a container, with CAP_SYS_PTRACE";
    case EBUSY:
        return "run this again when that is over";
    case ENOSYS:
        return "it takes Linux 5.6 or later";
    default:
        return "it goes on as before; run this again, or restart it to load new code";
    }
}

static const char *next_step(const struct err *err, const struct target_facts *facts)
{
    switch (err->status) {
    case STATUS_TIMEOUT:
        return err->code == ECANCELED ? "run this again"
                                      : "run this again, or with a longer --timeout";
    case STATUS_UNKNOWN:
        return "look at the process before doing it again";
    case STATUS_UNATTACHABLE:
        return not_attached(err, facts);
    case STATUS_DONE:
    case STATUS_FAILED:
    case STATUS_USAGE:
        break;
    }
    return "nothing was changed";
}

void advice_add(struct err *err, const struct target_facts *facts)
{
    size_t used = strlen(err->message);
    const char *unchanged =
        err->status == STATUS_TIMEOUT && !strstr(err->message, "nothing was changed")
            ? "; nothing was changed"
            : "";

    snprintf(err->message + used, sizeof(err->message) - used, "%s; %s", unchanged,
             next_step(err, facts));
}
