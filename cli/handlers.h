/* Signal handlers in whose middle a thread is.
 *
 * What a handler has interrupted goes on only when it returns: if that was malloc(), the thread has an
 * arena's lock, whatever it does in the handler. The kernel leaves a frame above the handler, which says what it
 * was. Frames of handlers that have returned lie about as well, below the stack pointer, and above it in what
 * the functions that are active there have not written to since (select.select() of Python has 74 KB of that). They
 * would keep a thread from being borrowed for as long as it sleeps there, so they are told apart:
 *
 *   - a signal is blocked while its handler runs, and so the mask in the frame has less in it than the
 *     thread's has (kernel/signal.c, signal_delivered());
 *   - if there was SA_NODEFER it is not; so near the stack pointer, where the frame of a handler that just
 *     sleeps is, each counts. */
#ifndef REIMPORT_HANDLERS_H
#define REIMPORT_HANDLERS_H

#include "arch.h"
#include "python.h"

/* True if the thread is in no handler, or judge(ctx, ...) holds for what each has interrupted. Follows a handler on
 * an alternate stack to the other one. *code's mappings are fresh enough for the thread's stack. */
bool handlers_all(const struct code *code, struct mem *mem, int proc_fd,
                  const struct arch_state *state,
                  bool (*judge)(void *ctx, const struct arch_interrupted *was), void *ctx);

#endif
