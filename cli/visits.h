/* The command's work: which processes are visited, in which order, and what is said of each. */
#ifndef REIMPORT_VISITS_H
#define REIMPORT_VISITS_H

#include "err.h"
#include "opts.h"

/* Visits every process that the options name, one after the other, and reports each. With --tree
 * also those below them, parents first, so that whatever a process forks after its visit has the new
 * code already; and a reimport is first rehearsed in all of them, so that none is changed if one
 * would refuse. Returns the largest status. `cancel_fd`: see inject.h. */
enum err_status visits_make(const struct options *o, int cancel_fd);

/* --watch: the same now, and whenever sources change, until cancel_fd becomes readable. Returns the
 * status of the first visits if no process could be visited, and STATUS_UNATTACHABLE when all
 * processes have ended. */
enum err_status visits_watch(const struct options *o, int cancel_fd);

#endif
