/* Iterators over dicts and sets that are alive: of a loop that another thread is in the midst of, or kept by
 * the program. One knows the number of the entry, or of the place in a set's table, at which it goes on; and how
 * many items there were when it began, and raises RuntimeError if there are others now. So what takes the
 * place of such contents has the same length, and each item on the same side of each iterator. */
#ifndef REIMPORT_ITERATORS_H
#define REIMPORT_ITERATORS_H

#include "plan.h"

/* The reason in the report for what stays as it is for the sake of one. */
#define REASON_ITERATED "an iterator is in the midst of it, and could not go on"

/* The same, for items of a set that an iterator over it may meet again, or not at all. */
#define REASON_SHIFTED "an iterator is in the midst of it, and may meet an item twice or not at all"

/* Part of taking stock: adds `o` to p->iterators if it is one. -1 without memory. */
int iterators_take(struct plan *p, PyObject *o);

/* The end of that: from then on the others may be called. -1 with MemoryError. */
int iterators_taken(struct plan *p);
void iterators_free(struct plan *p);

/* True if an iterator over the dict or set could go on. */
bool is_iterated(const struct plan *p, PyObject *container);

/* How many entries, gaps among them, a table in the dict's place must have for its iterators that go backwards: up to
 * 3.13 they read the one that they are at without a look at how many there are. */
Py_ssize_t iterators_reach(const struct plan *p, PyObject *dict);

/* Sets the places [*low, *high) of the set's table that are on the same sides of all its iterators as number
 * `place` is. */
void iterators_bounds(const struct plan *p, PyObject *set, Py_ssize_t place, Py_ssize_t *low,
                      Py_ssize_t *high);

#endif
