/* Calls made by a stopped thread of the target, on a signal frame that brings it back whatever
 * happens to us.
 *
 *   remote_begin   writes the frame, blocks signals
 *   remote_call    any number of times
 *   remote_end     everything as it was, and detached; also after a failure of the others
 *
 * Until remote_end() nothing needs to be undone for the thread's sake: if this process dies, the
 * call in progress returns into the signal return stub, and the frame restores registers, vectors
 * and signal mask. */
#ifndef REIMPORT_REMOTE_H
#define REIMPORT_REMOTE_H

#include "arch.h"
#include "mem.h"
#include "python.h"
#include "tracee.h"

struct remote {
    struct tracee *tracee;
    struct mem *mem;
    const struct arch_state *saved; /* the thread as it was found */
    struct arch_frame frame;
    uint64_t errno_at; /* where the thread's errno is; 0: not known */
    uint32_t errno_was;
    bool begun;      /* the thread's signals are blocked, registers may have been changed */
    bool in_syscall; /* the last system call stop was an entry */
    bool home;       /* the thread went back by its frame: nothing is left to be put back */
    long idle;   /* what it may enter instead of a system call: set by the caller, see seccomp.h */
    bool midway; /* the thread is in the middle of a call */
    int64_t deadline;
};

/* `scratch` is copied to frame.scratch. The thread is stopped, and `saved` is its state. */
int remote_begin(struct remote *remote, const struct libc *libc, const void *scratch,
                 size_t scratch_n, struct err *err);

/* Calls function(a, b, c) and comes back when it has returned. If `watched` is the number of a system
 * call, *result is what the last such call in it returned. */
int remote_call(struct remote *remote, uint64_t function, uint64_t a, uint64_t b, uint64_t c,
                long watched, int64_t *result, struct err *err);

/* The function called sets the word at `done_at` to `done`, then waits, for a while, until the 32-bit
 * word at `go_at` is not 0. */
struct remote_flags {
    uint64_t done_at, done, go_at;
};

/* Calls function(a, b), which has a lot to do, without stopping it at every system call. Comes back
 * when it has returned; if it did so without having waited, or too soon for us, the thread has gone
 * home already. */
int remote_call_flagged(struct remote *remote, uint64_t function, uint64_t a, uint64_t b,
                        const struct remote_flags *flags, struct err *err);

/* Puts the thread back and detaches from it. -1 if that could not be seen to the end; then the
 * thread, if it lives, goes back by itself. */
int remote_end(struct remote *remote, struct err *err);

#endif
