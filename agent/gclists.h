/* The collector's own lists of the objects that it knows. They are walked without a reference to any object being
 * taken: in a process that was forked, each page that is written to is a page that is copied, and
 * gc.get_objects() and PyUnstable_GC_VisitObjects() write to every object. */
#ifndef REIMPORT_GCLISTS_H
#define REIMPORT_GCLISTS_H

#include "py.h"
#include <stdbool.h>

enum { GC_LISTS = 4 };

struct gclists {
    const char *heads[GC_LISTS]; /* the oldest first: frozen objects, and three generations */
};

/* Finds those of the current interpreter. `get_threshold`: gc.get_threshold; borrowed. Creates an object, so the
 * collector may run. -1 with an exception: RuntimeError if this Python has other lists than we know. */
int gclists_find(struct gclists *lists, PyObject *get_threshold);

/* Calls visit(object, arg), a borrowed reference, once for every object; a nonzero answer ends it and is returned.
 * Visit must not create, destroy, track or untrack objects, or let go of the GIL. */
int gclists_each(const struct gclists *lists, int (*visit)(PyObject *, void *), void *arg);

#endif
