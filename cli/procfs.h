/* Small reads below /proc/PID, through a descriptor of that directory: it stays with the process
 * that it was opened for, so a PID that is reused is never mistaken. */
#ifndef REIMPORT_PROCFS_H
#define REIMPORT_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The whole file, terminated by an extra zero, to be freed. NULL with errno set; EFBIG if it is
 * longer than `max`. */
char *procfs_read(int proc_fd, const char *name, size_t max, size_t *n);

/* The text after "KEY:" and blanks in the lines of /proc/PID/status, cut to `cap`, cleaned. 0 or -1. */
int procfs_status(const char *status, const char *key, char *to, size_t cap);

/* The same of the status file `name` below /proc/PID, of `max` bytes at most. */
int procfs_status_of(int proc_fd, const char *name, size_t max, const char *key, char *to,
                     size_t cap);

/* The target of a symbolic link such as "exe" or "fd/3", cut to `cap`. 0 or -1 with errno set. */
int procfs_link(int proc_fd, const char *name, char *to, size_t cap);

/* The numbers that are names in a directory such as "task" or "fd", in the kernel's order, to be
 * freed. NULL with errno set. */
int *procfs_numbers(int proc_fd, const char *directory, size_t *count);

/* A process, not to be mistaken for a later one with its PID. */
struct process {
    pid_t pid;
    uint64_t
        born; /* /proc/PID/stat, starttime: clock ticks since the system booted; 0: not known */
};

/* What the file `name`, a /proc/PID/stat below the directory, says. True if all was found. */
bool procfs_birth(int directory, const char *name, pid_t *parent, uint64_t *born);

/* The process that has that PID now. */
struct process procfs_process(pid_t pid);

/* The thread that traces the thread; 0: none that can be seen from here, or not known. */
pid_t procfs_tracer(int proc_fd, pid_t tid);

/* A thread of that name, the newest; 0: there is none. */
pid_t procfs_thread(int proc_fd, const char *name);

/* How the kernel schedules a thread: what /proc/PID/task/TID/stat says last. */
struct procfs_sched {
    unsigned policy, priority; /* SCHED_OTHER...; that of SCHED_FIFO and SCHED_RR */
    int nice;
};

/* What /proc/PID/task/TID/syscall says, and stat. */
struct procfs_call {
    char state; /* as in /proc/PID/stat: R, S, D, T, t, Z, X */
    struct procfs_sched sched;
    int cpu;     /* on which it ran last; -1: not known */
    long number; /* -1: in user mode; -2: running, or not known */
    uint64_t arguments[6];
    uint64_t sp, pc;
};
int procfs_call(int proc_fd, pid_t tid, struct procfs_call *call);

#endif
