/* When a thread may be borrowed to load a library: never while it, or code below it on its stack,
 * holds a lock of the allocator or the dynamic linker.
 *
 *   1. It sleeps in a system call that no allocator and no linker makes under its locks.
 *   2. It waits on a condition variable or semaphore (futex operation 9; mutexes use 0.
 *      With musl: on anything that is not in libc's own data).
 *   3. It runs inside the module that exports the Python API, and no signal handler's frame lies
 *      near the top of its stack.
 *   4. If it is in a signal handler, what that has interrupted was in such a call, or runs inside that
 *      module (handlers.h).
 *
 * Which calls a stop alone would spoil is another matter: whole.h.
 *
 * In all cases its stack must have room, and no other thread may be at work in the dynamic linker:
 * it would have to be waited for, and that can take long. */
#ifndef REIMPORT_SAFE_H
#define REIMPORT_SAFE_H

#include "calls.h"
#include "procfs.h"
#include "python.h"

struct safe {
    pid_t pid;
    int proc_fd;
    struct mem *mem;
    struct code *code;    /* its maps are read anew when a stack is not in them */
    size_t scratch;       /* bytes that the frame will carry */
    bool linker_was_busy; /* at the last look */
};

/* Whether the stopped thread may be borrowed, as far as it goes itself. */
bool safe_check(struct safe *safe, const struct arch_state *state);

/* Whether some thread holds a lock of the dynamic linker. */
bool safe_linker_is_busy(struct safe *safe);

/* How good it would be to borrow a thread, from what /proc says of it. */
enum rank safe_rank(const struct safe *safe, const struct procfs_call *call);

/* The type bits of a descriptor's file, which an eventfd and its like have none of. What cannot be
 * looked at counts as a plain file. */
mode_t safe_file_type(const struct safe *safe, uint64_t fd);

/* What a thread in restart_syscall() began, by its program counter and its arguments; -1: not known. */
long safe_begun(const struct safe *safe, uint64_t pc, const uint64_t arguments[3]);

#endif
