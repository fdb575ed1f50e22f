/* The agent's own thread and the GIL. */
#ifndef REIMPORT_GIL_H
#define REIMPORT_GIL_H

#include "py.h"
#include <stdbool.h>

struct gil {
    PyGILState_STATE state;
    double wait_ms; /* how long taking it took */
    bool was_known; /* the threading module knew our thread before */
};

/* Takes the GIL. It cannot be given up once asked for, and may take as long as C code holds it; who
 * withdraws meanwhile is found out with link_open() and link_take_permit(). False: the interpreter
 * is going away; the GIL is not held, and nothing may be called any more. */
bool gil_take(struct gil *gil);

/* Gives it back, after taking out of the threading module what our thread left in it. */
void gil_release(struct gil *gil);

#endif
