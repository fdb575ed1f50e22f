/* One visit to one process: attach, put the agent in, detach, converse, part.
 *
 *   session_open    identify; look up libc and Python in memory; wait for a safe moment; inject;
 *                   leave; detach; take the socket; exchange HELLO
 *   session_call    send a request and its permit, wait for the reply
 *   session_close   end the conversation; the agent unloads itself
 *
 * The process is stopped for about a millisecond, inside session_open, and never by session_call.
 * All signals are blocked in the command while it is attached. Whatever happens to the command, the
 * target heals itself: see inject.c.
 *
 * Everything in struct session that came from the target is bounded, terminated and free of control
 * characters, but is otherwise what the target chose to say. */
#ifndef REIMPORT_INJECT_H
#define REIMPORT_INJECT_H

#include "chan.h"
#include "err.h"
#include "procfs.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What is known about a target before anything is changed in it. */
struct target_facts {
    char exe[256];         /* its executable, as the kernel names it */
    char python[32];       /* "3.11.7"; "3.9" if the rest cannot be told from outside; "" */
    unsigned major, minor; /* 3, 11; 0, 0 if unknown */
    char python_file[256]; /* the module that exports the Python API */
    char libc[32];         /* "glibc 2.36", "musl" */
    char agent[32];        /* the agent's version, after session_open */
};

enum session_permit {
    PERMIT_UNSENT,
    PERMIT_SENT,
    PERMIT_WITHDRAWN, /* the request never takes effect */
    PERMIT_TAKEN,     /* by the agent */
};

struct session {
    struct process process;
    struct target_facts facts;
    double stopped_ms; /* longest time a thread of the target stood in ptrace stop */
    int64_t deadline;  /* CLOCK_MONOTONIC, ms */
    /* The rest belongs to inject.c and converse.c; descriptors are -1 if there is none. */
    int proc_fd;  /* /proc/PID */
    int mem_fd;   /* /proc/PID/mem; its lock keeps a second command out */
    int agent_fd; /* the agent's end in the target, of which chan.agent_end is a duplicate */
    uint64_t agent_ino;
    bool lost; /* the target has closed that */
    struct chan chan;
    enum session_permit permit;
};

/* Opens a visit that has to be over `timeout_ms` from now. `cancel_fd`: when it becomes readable
 * (a signalfd, say), every wait ends in a withdrawal; -1 if there is none. On failure nothing is
 * open, nothing is left in the target, and err->status is STATUS_UNATTACHABLE, STATUS_TIMEOUT (code
 * ETIMEDOUT: no safe moment, or another command was at work all the time; ECANCELED: cancel_fd) or
 * STATUS_UNKNOWN (it vanished). s->facts is filled in as far as it got. */
int session_open(struct session *s, struct process process, int timeout_ms, int cancel_fd,
                 struct err *err);

/* Sends one encoded value (wire.h) and waits for the reply, one encoded value in *reply, to be freed
 * by the caller. When the deadline passes or cancel_fd becomes readable, the permit is withdrawn:
 * if that succeeds it is STATUS_TIMEOUT (ETIMEDOUT or ECANCELED) and the request will never take
 * effect; if the agent already has the permit, the reply is still waited for. STATUS_UNKNOWN: the
 * target vanished, or did not answer, after the agent had taken the permit (EPIPE, ETIMEDOUT), or it
 * answered nonsense (EPROTO). STATUS_UNATTACHABLE: the agent refused before it began. */
int session_call(struct session *s, const void *request, size_t n, void **reply, size_t *reply_n,
                 struct err *err);

/* Takes the permit back. True: the request never takes effect. False: the agent has it already. */
bool session_withdraw(struct session *s);

/* Ends the visit; withdraws what is not yet permitted. Safe to call twice. */
void session_close(struct session *s);

/* Only looks: fills in *facts without stopping the process, as session_open would see it. */
int target_look(pid_t pid, struct target_facts *facts, struct err *err);

#endif
