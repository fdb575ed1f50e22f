/* The agent's image into the target, and its constructor run, on a borrowed thread. */
#ifndef REIMPORT_LOAD_H
#define REIMPORT_LOAD_H

#include "arch.h"
#include "tracee.h"
#include "visit.h"

/* Bytes of the borrowed stack that load_agent() needs beside the frame. */
extern const size_t load_scratch;

/* Uses the thread, which is stopped at a safe moment with its state in *state, and lets it go as it
 * was. Fills in v->result. On failure v->owes_close and ->owes_discard tell what is left to do. */
int load_agent(struct visit *v, struct tracee *tracee, const struct arch_state *state,
               struct err *err);

/* Does that, on a thread as above. */
int load_clean_up(struct visit *v, struct tracee *tracee, const struct arch_state *state,
                  struct err *err);

#endif
