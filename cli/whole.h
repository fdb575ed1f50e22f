/* System calls that a stop makes return too early, with a part of what they were to do.
 *
 * The kernel begins an interrupted call again only if that has done nothing yet. A write() to a pipe that has
 * taken the first 64 KB returns 65536, and few programs look: what print() of `python -u` has left over is lost.
 * So a thread that sleeps in such a call is not stopped at all.
 *
 * A thread that runs may enter such a call in the instant before it stops, and not to stop running threads would
 * be to refuse programs that never sleep. There, the rest of the call is made as well (whole_finish()), and its
 * count added, as long as the thread is held. It could not be done so with a thread that sleeps: nobody knows when
 * somebody will read, and once we let go, the call returns the count of its second part only. */
#ifndef REIMPORT_WHOLE_H
#define REIMPORT_WHOLE_H

#include "procfs.h"
#include "safe.h"
#include "tracee.h"

/* The name of the call that a thread sleeps in, if a stop might make it return too early; else NULL. */
const char *whole_at_risk(const struct safe *safe, const struct procfs_call *call);

/* True if the stop has made the call return too early, and the rest of it can be made. */
bool whole_is_cut(const struct safe *safe, const struct arch_state *state);

/* Makes the rest of it, and puts what it returns in all into the thread's registers and into *state. The thread
 * is stopped before and after, and as safe as before. At the deadline, or when cancel_fd becomes readable, that is
 * as much as it has done by then, or a second later. */
int whole_finish(struct tracee *tracee, struct arch_state *state, int64_t deadline, int cancel_fd,
                 struct err *err);

#endif
