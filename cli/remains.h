/* What earlier visits left in a target. */
#ifndef REIMPORT_REMAINS_H
#define REIMPORT_REMAINS_H

#include "visit.h"

/* Lists in v->boot.strays the images of commands that were killed before they were loaded: the
 * agent closes them. */
void remains_find_strays(struct visit *v);

/* Finds this very image, loaded by an earlier visit, where the libc never unloads a library (musl), or where
 * the process was forked in the middle of that visit: fills in v->resident. The agent unloads it at the end,
 * where it can be. Call it after remains_find_strays(): adds a descriptor that the fork has copied. */
void remains_find_resident(struct visit *v);

/* Makes the data of v->resident what it was before its constructor ran, with v->boot in it. */
int remains_renew(struct visit *v, struct err *err);

#endif
