/* All objects that the collector knows, frozen ones too, and who holds whom. A reimport looks at each object before
 * the import and after it, and once at what each holds, however many objects it changes; again only where that brings
 * up something with more references than are accounted for (scatter.c, unseen.c). */
#ifndef REIMPORT_HEAP_H
#define REIMPORT_HEAP_H

#include "gclists.h"
#include "ptrmap.h"

struct heap {
    struct gclists lists;
    PyObject *enable, *disable, *is_enabled; /* of gc; owned */
    bool was_enabled;
};

/* The built-in module gc without leaving a new name in sys.modules: a new reference. May run Python code. */
PyObject *heap_gc(void);

/* Gets at what the passes need. May import (and put away again) the built-in module gc, and the collector
 * may run, so it may run Python code: call it before the GIL is to be held. -1 with an exception. */
int heap_open(struct heap *heap);

/* Lets the collector run once, as it does by itself some time, unless the program has turned it off. Runs
 * Python code. -1 with an exception. */
int heap_collect(void);

/* From here on the collector does not run by itself, until heap_close(). Runs no Python code. */
int heap_stop_collector(struct heap *heap);
void heap_close(struct heap *heap);

/* Calls visit(object, arg) once for every tracked object, frozen ones too; a nonzero answer ends it.
 * Visit must not create, destroy, track or untrack objects. Returns -1 with an exception, MemoryError if
 * visit set none, if the walk was ended. */
int heap_each(const struct heap *heap, int (*visit)(PyObject *, void *), void *arg);

/* Appends (holder, target) to `hits` for every reference that an object of the heap holds to one in
 * `targets`, and (object, its type) once if the type is a target. */
int heap_find_holders(const struct heap *heap, const struct ptrmap *targets, struct ptrlist *hits);

#endif
