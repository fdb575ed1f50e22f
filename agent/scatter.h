/* What the new top level put into containers that were there before: registries of other modules, of a
 * metaclass or __init_subclass__, attributes. By the time of the commit it is there, and the commit leaves
 * it; an undo is to take it out again, so the record must know what was there instead.
 *
 * New are the functions and classes that the import made, instances of such classes, and what is made of
 * them for good: tuples, partials, methods, weak references. A list or dict that is longer than before
 * (lengths.h) got what is behind its old end. What took the place of another gives it back if that was noted
 * before the import (stood.h), if the plan has that one's successor there, or if a module of the set had that
 * one under the same name; otherwise it stays, as does other data. */
#ifndef REIMPORT_SCATTER_H
#define REIMPORT_SCATTER_H

#include "plan.h"
#include "table.h"

/* True for a function that was made around one with such globals: a decorator's, from elsewhere. */
bool wraps_own(const struct ptrmap *globals, PyObject *function, int depth);

/* Fills plan.came, and adds it to the targets of the search for holders, with the number 2 where only it is
 * sought. */
int scatter_targets(struct plan *p, struct ptrmap *targets);
/* Takes what was found for it alone out of `hits`, and finds the containers: plan.outside. */
int scatter_find(struct plan *p, const struct ptrmap *targets, struct ptrlist *hits);
/* scatternote.c. After all else: adds to the journal what the record is to have of containers in which nothing else
 * changes. */
int scatter_note(struct plan *p);

/* True for what is new itself. */
bool is_came(const struct plan *p, PyObject *o);
/* True for a container, or a thing with attributes, that holds something new. */
bool is_outside(const struct plan *p, PyObject *o);
/* True for a container that came with the import itself. */
bool is_young(const struct plan *p, PyObject *o);
/* Its attributes are a dict of their own now. */
int scatter_rename(struct plan *p, PyObject *o, PyObject *dict);

/* scatternote.c. Turns the entries of such a dict or set into those of before the import. */
int scatter_before(struct plan *p, PyObject *container, struct slots *slots);
/* What was at place `i` of such a list or deque, which has `items` now; `places`: stood_items(), or NULL. Borrowed,
 * or NULL. */
PyObject *scatter_item(struct plan *p, PyObject *container, PyObject *items,
                       const struct stood_place *places, Py_ssize_t i);

#endif
