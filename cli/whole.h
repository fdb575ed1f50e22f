/* System calls that a stop makes return too early, with a part of what they were to do.
 *
 * The kernel begins an interrupted call again only if that has done nothing yet. A write() to a pipe that has
 * taken the first 64 KB returns 65536, and few programs look: what print() of `python -u` has left over is lost.
 * So a thread that sleeps in such a call is not stopped at all.
 *
 * It is looked at once more right before it is stopped. What enters such a call between that and the stop, and
 * gets as far as to wait, gets a count that is short, but true. (To make the rest of the call as well and add its
 * count up takes somebody who lives to add it: a command that is killed meanwhile leaves a count that is false.) */
#ifndef REIMPORT_WHOLE_H
#define REIMPORT_WHOLE_H

#include "procfs.h"
#include "safe.h"

/* The name of the call that a thread sleeps in, if a stop might make it return too early; else NULL. */
const char *whole_at_risk(const struct safe *safe, const struct procfs_call *call);

#endif
