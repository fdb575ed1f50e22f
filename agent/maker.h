/* What makes a class's instances when it is called: tp_new. CPython lets it be a class's `__new__` as soon as
 * one is set, but never takes that back when the `__new__` is gone, or the bases that had it: what
 * update_one_slot() finds then is the built-in `__new__`, for which it keeps what is there (Objects/typeobject.c),
 * and that would refuse all arguments. */
#ifndef REIMPORT_MAKER_H
#define REIMPORT_MAKER_H

#include "ptrmap.h"

/* Adds to `types` (borrowed references, nothing is kept alive) those classes whose tp_new may be another
 * after `name` of `type` is set, or after its bases are (`name` NULL): it and all that derive from it; none
 * for other names. Runs no code of the program. 0; or -1 with an exception. */
int maker_find(PyObject *type, PyObject *name, struct ptrlist *types);
/* Afterwards: gives each the tp_new that it would have if it were made now. Cannot fail. */
void maker_settle(const struct ptrlist *types);

#endif
