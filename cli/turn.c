/* One command at a time: see turn.h. */
#include "turn.h"

#include "boot.h"
#include "proc.h"
#include "procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#define BUSY_POLL_NS 3000000
#define LOCKS_TEXT_MAX (16u << 20)

/* The process that holds the lock on that file; 0: it cannot be told. */
static pid_t lock_holder(int fd)
{
    unsigned holder, major, minor;
    unsigned long long ino;
    struct stat st;
    size_t n;
    pid_t found = 0;
    char *text = procfs_read(AT_FDCWD, "/proc/locks", LOCKS_TEXT_MAX, &n);

    for (char *line = text; line && !found; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (sscanf(line, "%*s FLOCK ADVISORY WRITE %u %x:%x:%llu", &holder, &major, &minor, &ino) ==
                4 &&
            fstat(fd, &st) == 0 && st.st_ino == ino && st.st_dev == makedev(major, minor))
            found = (pid_t)holder;
    }
    free(text);
    return found;
}

static int out_of_turn(const struct session *s, bool locked, struct err *err)
{
    pid_t holder = locked ? 0 : lock_holder(s->mem_fd);
    char name[PROC_NAME_MAX + 32];

    if (locked)
        return err_set(err, STATUS_TIMEOUT, ETIMEDOUT,
                       "the agent of an earlier reimport is still at work in it");
    return err_set(err, STATUS_TIMEOUT, ETIMEDOUT, "another reimport%s%s%s is at work on it",
                   holder ? ", " : "", holder ? proc_call(holder, name, sizeof(name)) : "",
                   holder ? "," : "");
}

/* The lock is on a file that only those can open who may trace the process anyway, has no name of
 * its own, and goes with its holder. */
int turn_take(struct session *s, struct err *err)
{
    struct pollfd cancel = {.fd = s->chan.cancel_fd, .events = POLLIN};
    const struct timespec pause = {.tv_nsec = BUSY_POLL_NS};
    bool locked = false;

    for (;;) {
        if (!locked && flock(s->mem_fd, LOCK_EX | LOCK_NB) == 0)
            locked = true;
        else if (!locked && errno != EWOULDBLOCK)
            return err_sys(err, STATUS_UNATTACHABLE, errno, "its memory cannot be locked");
        if (locked && !procfs_thread(s->proc_fd, BOOT_THREAD_NAME))
            return 0;
        if (cancel.fd >= 0 && poll(&cancel, 1, 0) > 0)
            return err_set(err, STATUS_TIMEOUT, ECANCELED, "interrupted; nothing was changed");
        if (chan_now() >= s->deadline)
            return out_of_turn(s, locked, err);
        nanosleep(&pause, NULL);
    }
}
