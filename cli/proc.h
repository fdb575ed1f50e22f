/* What /proc says about a process before anything touches it. Reads only; what is read may have
 * changed a moment later, so the injection checks again what its safety depends on. */
#ifndef REIMPORT_PROC_H
#define REIMPORT_PROC_H

#include "err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PROC_NAME_MAX 128

/* From /proc/PID/status and /proc/PID/stat. */
struct proc {
    pid_t pid, tgid, parent, tracer;
    char name[PROC_NAME_MAX]; /* of the program, escaped for a message */
    char state;               /* as in ps: R S D T t Z X I */
    bool kernel;              /* a kernel thread */
    uid_t uid[3];             /* real, effective, saved */
    gid_t gid[3];
    unsigned threads;
    uint64_t permitted, effective; /* capabilities */
};

/* Fills in *p. Refuses a PID that is not there, and a /proc that is not this PID namespace's. */
int proc_read(pid_t pid, struct proc *p, struct err *err);

/* Refuses, each with its own message, what can be told from /proc alone: no such process, a thread,
 * a kernel thread, this very command, a zombie, a traced or stopped process, one that we may not
 * attach to, one of another architecture. */
int proc_preflight(pid_t pid, struct err *err);

/* True if the process sees other files under the same names: another mount namespace or root. False
 * also if that cannot be told. */
bool proc_has_other_root(pid_t pid);

/* The name of the thread with which this command traces. */
#define PROC_TRACER_NAME "reimport"

/* True if a thread goes by that name, so that it will let go of what it traces in a moment. */
bool proc_is_tracer(pid_t tid);

/* Writes "process 12 (name)" or, if it is gone, "process 12"; of a thread, its process and its name.
 * Returns `to`. */
char *proc_call(pid_t pid, char *to, size_t size);

#endif
