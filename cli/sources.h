/* Waits for changes of sources below some paths, as a process sees them: for --watch. What changed is
 * not looked at here; the process itself compares what it has loaded with what is on disk. */
#ifndef REIMPORT_SOURCES_H
#define REIMPORT_SOURCES_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct watched_directory {
    int wd;     /* of inotify */
    int root;   /* of the process whose path it is */
    char *path; /* from that root on; owned */
    bool deep;  /* with everything below */
};

struct sources {
    int inotify;
    int *roots; /* /proc/PID/root of each process; owned, as are the next two */
    int *pidfds;
    pid_t *pids; /* 0: it has ended, and that was told */
    size_t processes;
    struct watched_directory *directories; /* owned */
    size_t directory_count;
    bool moved; /* directories or links came or went: open it anew */
};

enum sources_event {
    SOURCES_CHANGED,   /* and have been quiet for a moment */
    SOURCES_ENDED,     /* *ended, one of the processes */
    SOURCES_CANCELLED, /* cancel_fd became readable */
    SOURCES_FAILED,
};

void sources_init(struct sources *s);

/* Adds a process and the absolute paths, as it sees them, below which its sources are: directories
 * with all below them, and files. Paths that are not there are watched from the directory on that is.
 * -1 with the error set; s is to be closed all the same. */
int sources_add(struct sources *s, pid_t pid, char *const *paths, size_t count, struct err *err);

/* Waits for the next event. *err is set with SOURCES_FAILED. */
enum sources_event sources_wait(struct sources *s, int cancel_fd, pid_t *ended, struct err *err);

void sources_close(struct sources *s);

#endif
