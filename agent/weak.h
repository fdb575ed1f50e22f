/* Weak references to what another object takes the place of: see weak.c. */
#ifndef REIMPORT_WEAK_H
#define REIMPORT_WEAK_H

#include "heap.h"
#include "plan.h"

/* Plans that weak references to each switched object go over to its successor. Appends to `hits` the
 * holders of those whose hash changes with it; they are noted in plan.rehashed. */
int plan_weak_references(struct plan *p, struct ptrlist *hits);

/* Lets `ref`, a weak reference to `from`, be one to `to`. Needs no memory. False, and nothing is changed,
 * if it is none to `from` any more, or `to` cannot be weakly referenced. */
bool weak_move(PyObject *ref, PyObject *from, PyObject *to);

#endif
