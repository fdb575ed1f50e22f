/* Whether a target's seccomp filters let the agent in. A filter may end the process for a system call
 * that it does not know, so this is found out by running the filters here, on the calls that are
 * going to be made, before one is made there. */
#ifndef REIMPORT_SECCOMP_H
#define REIMPORT_SECCOMP_H

#include "err.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/types.h>

/* Checks a thread in ptrace stop; `proc_fd`: its process's directory. 0 if it has no filters or they allow
 * what is needed; STATUS_UNATTACHABLE if they do not, or if they cannot be read and it is not known
 * either that they are the command's own.
 *
 * *idle: what the thread may enter instead of a system call that it is not to make: -1, nothing, if its
 * filters allow that. They are asked about it, and are told the number -1 (kernel/entry/common.c: after
 * the tracer has been), for which a list of what is allowed, such as systemd's SystemCallFilter=, ends the
 * process. Otherwise a system call that does nothing, whatever its arguments are. */
int seccomp_check(int proc_fd, pid_t tid, long *idle, struct err *err);

/* What a filter of n instructions makes of a call: SECCOMP_RET_ action and data. A program that does
 * not make sense gives SECCOMP_RET_KILL_PROCESS. */
unsigned seccomp_run(const struct sock_filter *code, size_t n, const struct seccomp_data *data);

#endif
