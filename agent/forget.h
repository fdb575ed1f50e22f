/* What a failed import put into containers of the process is taken out of them again.
 *
 * New are the functions, classes and instances of such classes that the new top levels made, and what
 * is made of them for good: methods, partials, tuples, weak references. A list, set or deque loses
 * them, a dict their entries. Where such an object took the place of an older one, that is put back if it
 * was noted before the import (stood.h). If not, that is gone: the old function or class of the same
 * name, if it is nowhere else in that container, is put there, since that is what the old top level had
 * put there. In an attribute or a closure's variable it is put
 * there, too; if there is none, the attribute keeps the new object. What was added to a list or a dict
 * that is longer than before (lengths.h) goes, also a list or dict made since that holds new objects.
 * Other data that the new top level handed on stays. */
#ifndef REIMPORT_FORGET_H
#define REIMPORT_FORGET_H

#include "core.h"

/* Has the collector come for what the last reimport replaced. Before busy_enter() and any lock: finalizers run. */
int forget_collect(struct reimport *r);

/* Notes which classes there are, before the import: r->classes. */
int forget_prepare(struct reimport *r);

/* Takes everything new out again, and defers it. -1 with an exception: nothing is taken out. */
int forget_new(struct reimport *r);

/* The dict that is an object's attributes, without making one; borrowed, or NULL. */
PyObject *attributes_of(PyObject *o);

/* The dict of attributes that an object keeps inside itself (3.11 on), which is made for it. A new reference;
 * NULL if it keeps none or that is `handled`, or with an exception. */
PyObject *attributes_unhandled(PyObject *o, const struct ptrmap *handled);

#endif
