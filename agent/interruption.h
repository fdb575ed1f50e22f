/* An exception that a signal handler raises where a reimport cannot end yet: after the commit, or on its way back. It
 * is raised when all is done.
 *
 * Only in a process that reimports by itself. The thread of an injected agent runs no signal handlers, and what is raised
 * there is meant for the import alone (watch.c). */
#ifndef REIMPORT_INTERRUPTION_H
#define REIMPORT_INTERRUPTION_H

#include "core.h"

/* Takes the pending exception, if there is one, and keeps it if it is the first and no MemoryError. */
void interruption_keep(struct reimport *r);

/* Runs the handlers of signals that have come, while no exception is pending, and keeps what they raise. */
void interruption_look(struct reimport *r);

/* Raises what was kept: an exception that is pending is its __context__ then. False: nothing was, and that exception
 * is as it was. */
bool interruption_raise(struct reimport *r);

#endif
