/* What our thread must know of the interpreter that it enters, and takes out of it again. */
#ifndef REIMPORT_GIL_H
#define REIMPORT_GIL_H

#include "py.h"
#include <stdbool.h>
#include <stdint.h>

/* False: Python is going away, and its GIL must not be asked for. Needs no GIL. */
bool gil_may_take(void);

/* False in a free-threaded build, whose object structs are not what this image was built for. Needs no
 * GIL. */
bool gil_exists(void);

/* Gives the GIL to who waits for it, and takes it back. Who has waited for less than the switch interval is no
 * match for a thread that asks at once again, so that this asks a moment later. */
void gil_let_others_run(void);

/* The GIL was held since `start` (rt_monotonic_ns()): tells *longest_ms, if that was longer. */
void gil_note_hold(double *longest_ms, int64_t start);

/* Whether the threading module of the current interpreter knows our thread; and takes what that has
 * left there out of it. */
bool gil_is_known(void);
void gil_forget_thread(void);

#endif
