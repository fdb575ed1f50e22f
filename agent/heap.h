/* All objects that the collector knows, frozen ones too, and who holds whom: at most two passes over
 * the heap for a whole reimport, however many objects it changes. */
#ifndef REIMPORT_HEAP_H
#define REIMPORT_HEAP_H

#include "ptrmap.h"

struct heap {
    PyObject *get_objects; /* gc.get_objects, before 3.12; owned */
    PyObject *enable, *disable, *is_enabled;
    PyObject *all; /* its answer; owned */
    bool was_enabled;
};

/* Gets at what heap_freeze() and the passes need. May import (and put away again) the built-in module
 * gc, so it may run Python code: call it before the GIL is to be held. */
int heap_open(struct heap *heap);

/* Lets the collector run once, as it does by itself some time, unless the program has turned it off. Runs
 * Python code. -1 with an exception. */
int heap_collect(void);

/* From here on the collector does not run by itself, until heap_close(). Runs no Python code. */
int heap_stop_collector(struct heap *heap);
void heap_close(struct heap *heap);

/* Calls visit(object, arg) once for every tracked object, frozen ones too; a nonzero answer ends it.
 * Visit must not create, destroy, track or untrack objects. Returns -1 with an exception if the walk
 * could not be made or was ended. `anchor`: an object that would be frozen if anything is. */
int heap_each(struct heap *heap, PyObject *anchor, int (*visit)(PyObject *, void *), void *arg);

/* Appends (holder, target) to `hits` for every reference that an object of the heap holds to one in
 * `targets`, and (object, its type) once if the type is a target. */
int heap_find_holders(struct heap *heap, PyObject *anchor, const struct ptrmap *targets,
                      struct ptrlist *hits);

#endif
