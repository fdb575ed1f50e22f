/* The words behind sets: another set is made of the same and other items, without asking an item for its hash, or
 * whether it is equal to another. */
#ifndef REIMPORT_SETTABLE_H
#define REIMPORT_SETTABLE_H

#include "plan.h"
#include "table.h"

/* A set of these items, none equal to another, to change places with the set or frozenset: each has the place there of
 * what it comes from, or none. *kept is whether each is on the same side of every iterator over the set as that
 * was; it always is unless there is hardly room. New reference. */
PyObject *table_set_like(const struct plan *p, PyObject *set, const struct slots *items,
                         bool *kept);

/* True if the two are equal as far as no Python code tells it. */
bool same_key(PyObject *a, PyObject *b);

#endif
