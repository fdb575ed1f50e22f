/* The report of one process, from what the agent answered or from an error. */
#ifndef REIMPORT_OUTCOME_H
#define REIMPORT_OUTCOME_H

#include "err.h"
#include "inject.h"

#include <jansson.h>

/* What there is to tell when no reply came: a new reference, NULL if memory ran out. */
json_t *outcome_of_error(const struct err *err);

/* The decoded reply, a new reference to a list of objects, one for each interpreter, and the worst
 * status of them, if it is one that the agent would send; else an error, for the agent has taken the
 * permit and what it did with it is not known. */
json_t *outcome_understand(const void *value, size_t size, enum err_status *status,
                           struct err *err);

/* The whole report of one of them, with every key that scripts rely on, a new reference; it takes over the one to
 * what happened. NULL: no memory. */
json_t *outcome_finish(json_t *happened, const struct session *s, pid_t pid, double total_ms);

#endif
