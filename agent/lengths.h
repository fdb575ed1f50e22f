/* Which lists and dicts there were before the import, and how long each was: what was added to one since
 * is at its end. Of a heap that is very large nothing is known. */
#ifndef REIMPORT_LENGTHS_H
#define REIMPORT_LENGTHS_H

#include "ptrmap.h"

struct lengths {
    struct length {
        const void *container;
        Py_ssize_t length;
    } * noted; /* a plain array: it is needed after a failure only */
    Py_ssize_t count, room;
    struct ptrmap of; /* the same, made by lengths_sort() */
    bool known;
};

/* From here on each object of the heap is to be added. */
void lengths_start(struct lengths *lengths);
/* -1 with MemoryError. Creates no object. */
int lengths_add(struct lengths *lengths, PyObject *o);
/* Adds to `lengths` how long each of these containers was that was there. -1 with MemoryError. */
int lengths_of(const struct lengths *noted, const struct ptrmap *containers,
               struct ptrmap *lengths);
/* Makes the questions below possible. -1 with MemoryError. */
int lengths_sort(struct lengths *lengths);
void lengths_free(struct lengths *lengths);

/* True if the list or dict was not there, or the dict was one without anything that the collector
 * tracks. */
bool lengths_is_young(const struct lengths *lengths, PyObject *o);

/* True if item or entry number `i` of the list or dict came since. One that was put in the place of
 * another is not known to have. */
bool lengths_came(const struct lengths *lengths, PyObject *o, Py_ssize_t i);

#endif
