/* How far a stack goes down.
 *
 * The mapping that it lies in does not tell. What is below it may belong to somebody else: where a
 * handler runs on an alternate stack, where a program switches contexts, where the maker of a thread
 * gave it a stack of its own; and from glibc 2.42 on the stacks of threads lie side by side in one
 * mapping, since their guards are no mappings of their own any more. What is believed:
 *
 *   - of [stack], how far the kernel lets it grow;
 *   - of a thread, what libc notes in its descriptor. musl notes nothing that can be found, but puts
 *     the descriptor on top of the stack, and a guard below;
 *   - of a handler, what the signal frame above says of the alternate stack. */
#ifndef REIMPORT_STACK_H
#define REIMPORT_STACK_H

#include "arch.h"
#include "python.h"

/* The lowest address that may be used below the thread's stack pointer. false: it is not known, or
 * the mappings in *code are too old. */
bool stack_low(const struct code *code, struct mem *mem, pid_t pid, const struct arch_state *state,
               uint64_t *low);

#endif
